using System.Text.Json;
using CsCheck;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Tables;

public sealed class TableDefinitionReaderTests
{
    [Theory]
    [InlineData("columns")]
    [InlineData("schema")]
    public void A_table_has_a_name_and_columns_under_either_word(string word)
    {
        var definition = Read(
            $$"""
            {"table_name": "Albums", "{{word}}": [{"name": "Title", "type": "text"}, {"name": "year", "type": "Integer"}]}
            """).Succeeds();

        Assert.Equal("Albums", definition.Name.Value);
        Assert.Equal([new("Title", ColumnType.Text, true, false), new("year", ColumnType.Integer, true, false)], definition.Columns);
    }

    [Fact]
    public void A_column_may_be_nullable_and_unique_or_not() => Assert.Equal(
        [new("a", ColumnType.Real, false, true), new("b", ColumnType.Blob, true, false), new("c", ColumnType.Boolean, true, false)],
        Columns(
            """
            {"name": "a", "type": "REAL", "nullable": false, "unique": true, "primary_key": false},
            {"name": "b", "type": "BLOB", "nullable": true, "unique": false},
            {"type": "BOOLEAN", "name": "c"}
            """).Succeeds().Columns);

    [Theory]
    [InlineData("""{"name": "id", "type": "INTEGER", "primary_key": true}""")]
    [InlineData("""{"name": "ID", "type": "integer", "primary_key": true, "nullable": false, "unique": true}""")]
    public void Naming_the_id_as_integer_primary_key_states_a_fact(string id) =>
        Assert.Equal(["a"], Columns($$"""{{id}}, {"name": "a", "type": "TEXT"}""").Succeeds().Columns.Select(c => c.Name));

    [Fact]
    public void Declared_timestamps_are_the_clients_own_columns() => Assert.Equal(
        [new("created_at", ColumnType.Integer, true, false), new("Updated_At", ColumnType.Text, false, false)],
        Columns("""{"name": "created_at", "type": "INTEGER"}, {"name": "Updated_At", "type": "TEXT", "nullable": false}""").Succeeds().Columns);

    [Theory]
    [InlineData("""{"type": "TEXT"}""", "name required")]
    [InlineData("""{"name": "", "type": "TEXT"}""", "name required")]
    [InlineData("""{"name": null, "type": "TEXT"}""", "name wrong_type")]
    [InlineData("""{"name": 1, "type": "TEXT"}""", "name wrong_type")]
    [InlineData("""{"name": "a b", "type": "TEXT"}""", "name invalid")]
    [InlineData("""{"name": "a\"; DROP TABLE users; --", "type": "TEXT"}""", "name invalid")]
    [InlineData("""{"name": "\u0000", "type": "TEXT"}""", "name invalid")]
    [InlineData("""{"name": "\ud800", "type": "TEXT"}""", "name invalid")]
    [InlineData("""{"name": "größe", "type": "TEXT"}""", "name invalid")]
    [InlineData("""{"name": "_nebula_x", "type": "TEXT"}""", "name reserved")]
    [InlineData("""{"name": "SQLITE_x", "type": "TEXT"}""", "name reserved")]
    [InlineData("""{"name": "a123456789012345678901234567890123456789012345678901234567890123", "type": "TEXT"}""", "name too_long")]
    [InlineData("""{"name": "a"}""", "type required")]
    [InlineData("""{"name": "a", "type": null}""", "type wrong_type")]
    [InlineData("""{"name": "a", "type": 1}""", "type wrong_type")]
    [InlineData("""{"name": "a", "type": ""}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "VARCHAR"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "VARCHAR(0)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "VARCHAR(10"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "NUMERIC"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "DECIMAL(19,2)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "DECIMAL(0)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "DECIMAL(5,6)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "DECIMAL(5,-1)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "DECIMAL(5,2,1)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "INTEGER(5)"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "\ud800"}""", "type invalid")]
    [InlineData("""{"name": "a", "type": "TEXT", "nullable": 1}""", "nullable wrong_type")]
    [InlineData("""{"name": "a", "type": "TEXT", "nullable": null}""", "nullable wrong_type")]
    [InlineData("""{"name": "a", "type": "TEXT", "unique": "true"}""", "unique wrong_type")]
    [InlineData("""{"name": "a", "type": "TEXT", "primary_key": []}""", "primary_key wrong_type")]
    [InlineData("""{"name": "a", "type": "TEXT", "Nullable": true}""", "Nullable unknown_attribute")]
    [InlineData("""{"name": "a", "type": "TEXT", "primary_key": true}""", "primary_key invalid")]
    [InlineData("""{"name": "id", "type": "INTEGER"}""", "name reserved")]
    [InlineData("""{"name": "id", "type": "INTEGER", "primary_key": false}""", "name reserved")]
    [InlineData("""{"name": "Id", "type": "TEXT", "primary_key": true}""", "name reserved")]
    public void A_fault_of_a_column_is_named_with_its_place(string column, string fault) =>
        Columns($$"""{"name": "first", "type": "TEXT"}, {{column}}""").FailsWith("invalid_schema", $"columns[1].{fault}");

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"a TEXT\"")]
    [InlineData("[]")]
    public void A_column_is_an_object(string column) => Columns(column).FailsWith("invalid_schema", "columns[0] wrong_type");

    [Fact]
    public void Two_columns_of_one_name_are_refused_whatever_their_case()
    {
        Columns("""{"name": "a", "type": "TEXT"}, {"name": "A", "type": "REAL"}""").FailsWith("invalid_schema", "columns[1].name duplicate");
        Columns("""{"name": "id", "type": "INTEGER", "primary_key": true}, {"name": "ID", "type": "INTEGER", "primary_key": true}""")
            .FailsWith("invalid_schema", "columns[1].name duplicate");
    }

    [Fact]
    public void A_column_with_another_fault_still_counts_as_a_duplicate() => Columns(
        """{"name": "a", "type": "?"}, {"name": "a", "type": "TEXT"}""")
            .FailsWith("invalid_schema", "columns[0].type invalid", "columns[1].name duplicate");

    [Fact]
    public void A_table_has_1_to_500_columns()
    {
        Columns("").FailsWith("invalid_schema", "columns out_of_range");
        Columns(Many(500)).Succeeds();
        Columns(Many(501)).FailsWith("invalid_schema", "columns out_of_range");

        static string Many(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name": "c{{i}}", "type": "TEXT"}"""));
    }

    [Theory]
    [InlineData("""{"table_name": "a"}""", "columns required")]
    [InlineData("""{"table_name": "a", "columns": null}""", "columns wrong_type")]
    [InlineData("""{"table_name": "a", "columns": {"name": "a", "type": "TEXT"}}""", "columns wrong_type")]
    [InlineData("""{"table_name": "a", "schema": "a TEXT"}""", "schema wrong_type")]
    [InlineData("""{"table_name": "a", "columns": [{"name": "a", "type": "TEXT"}], "schema": [{"name": "a", "type": "TEXT"}]}""", "schema duplicate")]
    [InlineData("""{"table_name": "a", "columns": [{"name": "a", "type": "TEXT"}], "index": []}""", "index unknown_attribute")]
    [InlineData("""{"table_name": 1, "columns": [{"name": "a", "type": "TEXT"}]}""", "table_name wrong_type")]
    [InlineData("""{"table_name": null, "columns": [{"name": "a", "type": "TEXT"}]}""", "table_name wrong_type")]
    public void A_fault_of_the_table_itself_is_named(string body, string fault) => Read(body).FailsWith("invalid_schema", fault);

    [Theory]
    [InlineData("\"\"", "required")]
    [InlineData("\"a-b\"", "invalid")]
    [InlineData("\"\\ud800\"", "invalid")]
    [InlineData("\"sqlite_sequence\"", "reserved")]
    [InlineData("\"_nebula_changes\"", "reserved")]
    public void A_name_that_is_none_is_an_invalid_name(string name, string code) =>
        Read($$"""{"table_name": {{name}}, "columns": [{"name": "a", "type": "TEXT"}]}""").FailsWith("invalid_name", $"table_name {code}");

    [Fact]
    public void A_missing_name_is_an_invalid_name() =>
        Read("""{"columns": [{"name": "a", "type": "TEXT"}]}""").FailsWith("invalid_name", "table_name required");

    [Fact]
    public void Every_fault_is_named_at_once() => Read(
        """
        {"nope": 1, "table_name": "a b", "columns": [
          {"name": "a", "type": "?", "unique": 1, "foo": 2}, 5, {"name": "sqlite_x"}, {"name": "A", "type": "TEXT"}, {"name": "id", "type": "TEXT"}]}
        """).FailsWith(
        "invalid_schema",
        "nope unknown_attribute", "table_name invalid", "columns[0].unique wrong_type", "columns[0].foo unknown_attribute",
        "columns[0].type invalid", "columns[1] wrong_type",
        "columns[2].name reserved", "columns[2].type required", "columns[3].name duplicate", "columns[4].name reserved");

    [Fact]
    public void An_empty_body_lacks_everything() => Read("{}").FailsWith("invalid_schema", "table_name required", "columns required");

    [Theory]
    [InlineData("""{"table_name": "a", "\ud800": 1, "columns": [{"name": "a", "type": "TEXT"}]}""")]
    [InlineData("""{"table_name": "a", "columns": [{"name": "a", "type": "TEXT", "\udfff": 1}]}""")]
    public void An_attribute_with_half_a_surrogate_pair_is_unknown(string body) =>
        Assert.Equal("unknown_attribute", Assert.Single(Read(body).FailsWith("invalid_schema").Details).Code);

    [Fact]
    public void Long_names_and_types_are_not_repeated_in_the_answer()
    {
        var long10000 = new string('x', 10_000);
        Error[] errors =
        [
            Read($$"""{"table_name": "a", "{{long10000}}": 1, "columns": [{"name": "a", "type": "TEXT"}]}""").FailsWith("invalid_schema"),
            Columns($$"""{"name": "a", "type": "{{long10000}}"}""").FailsWith("invalid_schema"),
            Columns($$"""{"name": "a", "type": "TEXT", "{{long10000}}": 1}""").FailsWith("invalid_schema"),
        ];
        Assert.All(errors, e => Assert.InRange(e.Message.Length, 1, 300));
    }

    [Fact]
    public void A_hundred_thousand_unknown_attributes_do_not_make_a_long_answer()
    {
        var many = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"x{i}\": 1"));
        Assert.InRange(Read($"{{{many}}}").FailsWith("invalid_schema").Details.Count, 1, 100);
    }

    [Fact]
    public void Any_object_gets_an_answer()
    {
        var values = Gen.OneOf(
            "1", "null", "true", "\"a\"", "\"\"", "\"\\ud800\"", "\"TEXT\"", "\"INTEGER\"", "\"id\"", "[]", "{}", "[1]", "[{}]",
            """[{"name":"a","type":"TEXT"}]""", """[{"name":"a","name":"","type":"TEXT"}]""",
            """[{"name":"id","type":"INTEGER","primary_key":true}]""");
        var names = Gen.OneOf("table_name", "columns", "schema", "nope", "\\ud800", "");
        Gen.Select(names, values).Select((n, v) => $"\"{n}\":{v}").Array[0, 4].Select(members => $"{{{string.Join(',', members)}}}").Sample(
            body =>
            {
                if (Read(body).TryGet(out var definition, out var error))
                    Assert.All(definition.Columns, c => Assert.True(Names.IsValid(c.Name)));
                else
                    Assert.Contains(error.Code, new[] { "invalid_schema", "invalid_name" });
            },
            iter: 5_000);
    }

    private static Result<TableDefinition> Columns(string columns) => Read($$"""{"table_name": "albums", "columns": [{{columns}}]}""");

    private static Result<TableDefinition> Read(string body)
    {
        using var document = JsonDocument.Parse(body);
        return TableDefinitionReader.Read(document.RootElement);
    }
}
