using System.Text;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Tables;

/// <summary>Defaults, references, checks, indexes: what a definition says beyond names and types.</summary>
public sealed class ColumnAttributeTests
{
    [Theory]
    [InlineData("TEXT", "1", "default wrong_type")]
    [InlineData("TEXT", "\"\\ud800\"", "default invalid")]
    [InlineData("INTEGER", "\"1\"", "default wrong_type")]
    [InlineData("INTEGER", "1.5", "default wrong_type")]
    [InlineData("INTEGER", "9223372036854775808", "default out_of_range")]
    [InlineData("REAL", "1e999", "default out_of_range")]
    [InlineData("BOOLEAN", "2", "default wrong_type")]
    [InlineData("BOOLEAN", "\"true\"", "default wrong_type")]
    [InlineData("DECIMAL(5,2)", "1.234", "default out_of_range")]
    [InlineData("DECIMAL(5,2)", "\"1000\"", "default out_of_range")]
    [InlineData("DATE", "\"2026-02-30\"", "default not_a_date")]
    [InlineData("DATE", "\"@now\"", "default not_a_date")]
    [InlineData("DATETIME", "\"@today\"", "default not_a_date")]
    [InlineData("UUID", "\"x\"", "default not_a_uuid")]
    [InlineData("BLOB", "\"!\"", "default not_base64")]
    [InlineData("JSON", """{"a": 1, "a": 2}""", "default invalid")]
    public void A_default_is_of_the_columns_type(string type, string value, string fault) => Fails($$"""{"name": "a", "type": "{{type}}", "default": {{value}}}""", fault);

    [Theory]
    [InlineData("TEXT", """{"min": "a"}""", "check.min not_allowed")]
    [InlineData("BOOLEAN", """{"one_of": [true]}""", "check.one_of not_allowed")]
    [InlineData("JSON", """{"max_length": 5}""", "check.max_length not_allowed")]
    [InlineData("INTEGER", """{"pattern": "x"}""", "check.pattern not_allowed")]
    [InlineData("INTEGER", """{"min_length": 1}""", "check.min_length not_allowed")]
    [InlineData("INTEGER", """{"min": "1"}""", "check.min wrong_type")]
    [InlineData("INTEGER", """{"min": 2, "max": 1}""", "check.min out_of_range")]
    [InlineData("DECIMAL(5,2)", """{"min": "10", "max": "9.99"}""", "check.min out_of_range")]
    [InlineData("DATE", """{"min": "2026-01-02", "max": "2026-01-01"}""", "check.min out_of_range")]
    [InlineData("TEXT", """{"min_length": 2, "max_length": 1}""", "check.min_length out_of_range")]
    [InlineData("TEXT", """{"min_length": -1}""", "check.min_length out_of_range")]
    [InlineData("TEXT", """{"min_length": "1"}""", "check.min_length wrong_type")]
    [InlineData("TEXT", """{"one_of": []}""", "check.one_of out_of_range")]
    [InlineData("TEXT", """{"one_of": "a"}""", "check.one_of wrong_type")]
    [InlineData("TEXT", """{"one_of": ["a", 1, "a"]}""", "check.one_of[1] wrong_type|check.one_of[2] duplicate")]
    [InlineData("TEXT", """{"one_of": ["abc"], "max_length": 2}""", "check.one_of[0] too_long")]
    [InlineData("VARCHAR(2)", """{"one_of": ["abc"]}""", "check.one_of[0] too_long")]
    [InlineData("TEXT", """{"pattern": ""}""", "check.pattern invalid")]
    [InlineData("TEXT", """{"pattern": "("}""", "check.pattern invalid")]
    [InlineData("TEXT", """{"pattern": "a)|(b"}""", "check.pattern invalid")]
    [InlineData("TEXT", """{"pattern": "(?=a)b"}""", "check.pattern invalid")]
    [InlineData("TEXT", """{"pattern": "(a)\\1"}""", "check.pattern invalid")]
    [InlineData("TEXT", """{"pattern": "((a{1000}){1000}){1000}"}""", "check.pattern invalid")]
    [InlineData("TEXT", """{"pattern": 1}""", "check.pattern wrong_type")]
    [InlineData("TEXT", """{"like": "x"}""", "check.like unknown_attribute")]
    [InlineData("TEXT", "5", "check wrong_type")]
    public void A_check_goes_with_the_columns_type(string type, string check, string faults) => Fails($$"""{"name": "a", "type": "{{type}}", "check": {{check}}}""", faults.Split('|'));

    [Theory]
    [InlineData("""{"name": "a", "type": "INTEGER", "default": 5, "check": {"max": 4}}""", "default out_of_range")]
    [InlineData("""{"name": "a", "type": "VARCHAR(2)", "default": "abc"}""", "default too_long")]
    [InlineData("""{"name": "a", "type": "TEXT", "default": "B", "check": {"pattern": "[a-z]"}}""", "default invalid")]
    public void A_default_fulfils_the_check(string column, string fault) => Fails(column, fault);

    [Theory]
    [InlineData("5", "references wrong_type")]
    [InlineData("{}", "references.table required")]
    [InlineData("""{"table": 1}""", "references.table wrong_type")]
    [InlineData("""{"table": "a b"}""", "references.table invalid")]
    [InlineData("""{"table": "t", "column": ""}""", "references.column required")]
    [InlineData("""{"table": "t", "on_delete": "drop"}""", "references.on_delete invalid")]
    [InlineData("""{"table": "t", "on_delete": 1}""", "references.on_delete wrong_type")]
    [InlineData("""{"table": "t", "as": "a.b", "inverse": 1}""", "references.as invalid|references.inverse wrong_type")]
    [InlineData("""{"table": "t", "onDelete": "cascade"}""", "references.onDelete unknown_attribute")]
    public void A_reference_names_its_table(string references, string faults) =>
        Fails($$"""{"name": "a", "type": "INTEGER", "references": {{references}}}""", faults.Split('|'));

    [Fact]
    public void Null_can_only_be_set_where_it_is_allowed() =>
        Fails("""{"name": "a", "type": "INTEGER", "nullable": false, "references": {"table": "t", "on_delete": "set_null"}}""", "references.on_delete not_allowed");

    [Theory]
    [InlineData("""{"name": "id", "type": "UUID", "primary_key": true}""", "integer", "columns[0].name reserved")]
    [InlineData("""{"name": "id", "type": "INTEGER", "primary_key": true}""", "uuid", "columns[0].name reserved")]
    [InlineData("""{"name": "id", "type": "INTEGER", "primary_key": true, "default": 1}""", "integer", "columns[0].default not_allowed")]
    [InlineData("""{"name": "a", "type": "TEXT"}""", "text", "id_type invalid")]
    public void The_id_is_what_the_table_says(string id, string type, string fault) =>
        Read($$"""{"columns": [{{id}}, {"name": "b", "type": "TEXT"}], "id_type": "{{type}}", "table_name": "t"}""").FailsWith("invalid_schema", fault);

    [Theory]
    [InlineData("5", "indexes wrong_type")]
    [InlineData("[5]", "indexes[0] wrong_type")]
    [InlineData("[{}]", "indexes[0].columns required")]
    [InlineData("""[{"columns": []}]""", "indexes[0].columns out_of_range")]
    [InlineData("""[{"columns": ["a", "A"]}]""", "indexes[0].columns[1] duplicate")]
    [InlineData("""[{"columns": ["nope", 1]}]""", "indexes[0].columns[1] wrong_type")]
    [InlineData("""[{"columns": ["a", "nope"]}]""", "indexes[0].columns[1] unknown_column")]
    [InlineData("""[{"columns": ["a"], "name": "sqlite_x"}]""", "indexes[0].name reserved")]
    [InlineData("""[{"columns": ["a"], "unique": 1, "nope": 2}]""", "indexes[0].unique wrong_type|indexes[0].nope unknown_attribute")]
    [InlineData("""[{"columns": ["a"]}, {"columns": ["A"]}]""", "indexes[1] duplicate")]
    [InlineData("""[{"columns": ["a"], "type": "btree"}]""", "indexes[0].type invalid")]
    [InlineData("""[{"columns": ["n"], "type": "fulltext"}]""", "indexes[0].columns[0] wrong_type")]
    [InlineData("""[{"columns": ["rank"], "type": "fulltext"}]""", "indexes[0].columns[0] reserved")]
    [InlineData("""[{"columns": ["a"], "type": "fulltext", "unique": true, "where": "n > 1"}]""", "indexes[0].unique not_allowed|indexes[0].where not_allowed")]
    [InlineData("""[{"columns": ["a"], "type": "fulltext"}, {"columns": ["rank"], "type": "fulltext", "name": "x"}]""", "indexes[1].type duplicate|indexes[1].columns[0] reserved")]
    [InlineData("""[{"columns": ["a"], "where": "n >"}]""", "indexes[0].where invalid")]
    [InlineData("""[{"columns": ["a"], "where": "nope = 1"}]""", "indexes[0].where unknown_column")]
    [InlineData("""[{"columns": ["a"], "where": "created_at < @now"}]""", "indexes[0].where invalid")]
    [InlineData("""[{"columns": ["a"], "where": "other.n = 1"}]""", "indexes[0].where unknown_column")]
    [InlineData("""[{"columns": ["a"], "where": "n = 1 or coalesce(abs(n), 0) > 1"}]""", "indexes[0].where invalid")]
    public void A_fault_of_an_index_is_named_with_its_place(string indexes, string faults) => Read(
        $$"""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}, {"name": "rank", "type": "TEXT"}], "indexes": {{indexes}}}""")
            .FailsWith("invalid_schema", faults.Split('|'));

    [Theory]
    [InlineData("5", "unique wrong_type")]
    [InlineData("""["a"]""", "unique[0] wrong_type")]
    [InlineData("[[]]", "unique[0] out_of_range")]
    [InlineData("""[["a", "id"]]""", "unique[0][1] unknown_column")]
    [InlineData("""[["a", "n"], ["N", "A"]]""", "unique[1] duplicate")]
    public void A_fault_of_what_is_unique_together_is_named_with_its_place(string unique, string fault) => Read(
        $$"""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}], "unique": {{unique}}}""").FailsWith("invalid_schema", fault);

    [Fact]
    public void Values_are_kept_as_the_database_keeps_them()
    {
        var column = Read(
            """{"table_name": "t", "columns": [{"name": "a", "type": "DECIMAL(5,2)", "default": 1.5, "check": {"min": -1, "max": "2.25"}}]}""").Succeeds().Columns[0];

        Assert.Equal(TypedValue.Of(150), column.Default?.Value);
        Assert.Equal((TypedValue.Of(-100), TypedValue.Of(225)), (column.Check?.Min, column.Check?.Max));
    }

    [Theory]
    [InlineData("a|b", "a b", "ab ba")]
    [InlineData("^a$", "a", "ba")]
    [InlineData("(?i)é+", "É éé", "e")]
    [InlineData("\\d{2,3}", "12 123", "1 1234")]
    public void A_pattern_matches_the_whole_text(string pattern, string good, string bad)
    {
        var compiled = ColumnPattern.TryCompile(pattern, out _);

        Assert.NotNull(compiled);
        Assert.All(good.Split(' '), t => Assert.Matches(compiled, t));
        Assert.All(bad.Split(' '), t => Assert.DoesNotMatch(compiled, t));
        Assert.Equal(pattern, ColumnPattern.SourceOf(compiled));
    }

    [Fact]
    public void A_definition_is_written_as_it_is_read()
    {
        const string Json =
            """
            {"table_name":"t","id_type":"uuid","columns":[{"name":"a","type":"TEXT","nullable":false,"unique":true,"default":"x","references":{"table":"u","column":"b","on_delete":"cascade","as":"c","inverse":"d"},"check":{"min_length":1,"max_length":2,"pattern":"[a-z]+","one_of":["x","y"]}},{"name":"b","type":"DECIMAL(5,2)","check":{"min":"-1.00","max":"2.25"}},{"name":"j","type":"JSON","default":{"a":[]}}],"unique":[["a","b"]],"indexes":[{"name":"i","columns":["b","a"],"unique":true,"where":"b > 1"},{"columns":["a"],"type":"fulltext"}]}
            """;

        Assert.Equal(Json, Encoding.UTF8.GetString(TableDefinitionJson.Write(Read(Json).Succeeds())));
    }

    private static void Fails(string column, params string[] faults) => Read($$"""{"table_name": "t", "columns": [{"name": "first", "type": "TEXT"}, {{column}}]}""")
        .FailsWith("invalid_schema", [.. faults.Select(f => $"columns[1].{f}")]);

    private static Result<TableDefinition> Read(string body)
    {
        using var document = JsonDocument.Parse(body);
        return TableDefinitionReader.Read(document.RootElement);
    }
}
