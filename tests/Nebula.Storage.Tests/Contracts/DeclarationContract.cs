using System.Text;
using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What is declared is kept, and makes the same table again.</summary>
public abstract class DeclarationContract(StorageFixture storage) : IAsyncLifetime
{
    private TestDatabase _database = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        _database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.MakeTableAsync("""{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "unique": true}]}""");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("""{"name":"a","type":"DECIMAL(10,2)","nullable":false,"default":"1.50","check":{"min":"0.00","max":"99.99"}}""")]
    [InlineData("""{"name":"a","type":"TEXT","unique":true,"default":"x'y","check":{"min_length":1,"max_length":20,"pattern":"[a-z'é]+","one_of":["x'y","b"]}}""")]
    [InlineData("""{"name":"a","type":"DATE","default":"@today","check":{"min":"2020-01-01"}}""")]
    [InlineData("""{"name":"a","type":"DATETIME","nullable":false,"default":"@now","check":{"max":"2030-01-01T00:00:00.000Z"}}""")]
    [InlineData("""{"name":"a","type":"DATETIME","default":"2026-01-01T00:00:00.000Z"}""")]
    [InlineData("""{"name":"a","type":"UUID","default":"019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60"}""")]
    [InlineData("""{"name":"a","type":"JSON","default":{"a":[1,"x",null]}}""")]
    [InlineData("""{"name":"a","type":"JSON","default":"x"}""")]
    [InlineData("""{"name":"a","type":"INTEGER","default":-5,"check":{"min":-9,"one_of":[-5,3]}}""")]
    [InlineData("""{"name":"a","type":"REAL","default":0.5,"check":{"max":1.5}}""")]
    [InlineData("""{"name":"a","type":"BOOLEAN","nullable":false,"default":true}""")]
    [InlineData("""{"name":"a","type":"BLOB","default":"AAE=","check":{"max_length":9}}""")]
    [InlineData("""{"name":"a","type":"TEXT","default":"@now"}""")]
    [InlineData("""{"name":"a","type":"INTEGER","references":{"table":"artists","column":"id","on_delete":"cascade","as":"singer","inverse":"songs"}}""")]
    [InlineData("""{"name":"a","type":"TEXT","unique":true,"references":{"table":"artists","column":"name","on_delete":"set_null"}}""")]
    [InlineData("""{"name":"created_at","type":"INTEGER"}""")]
    public async Task A_column_is_given_back_as_it_was_declared(string column) => await RoundTripsAsync($$"""{"table_name":"t","columns":[{{column}}]}""");

    [Theory]
    [InlineData("""{"table_name":"t","id_type":"uuid","columns":[{"name":"a","type":"TEXT"}]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"TEXT"},{"name":"b","type":"INTEGER"}],"unique":[["b","a"]]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"TEXT"},{"name":"b","type":"INTEGER"}],"indexes":[{"columns":["b","a"]},{"columns":["a"],"unique":true}]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"TEXT"},{"name":"b","type":"INTEGER"}],"indexes":[{"columns":["b"],"unique":true,"where":"a is null && b > 5"}]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"TEXT"},{"name":"b","type":"TEXT"}],"indexes":[{"columns":["created_at"]},{"columns":["a","b"],"type":"fulltext"}]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"INTEGER","references":{"table":"artists","column":"id"}}],"indexes":[{"columns":["a","id"]}]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"INTEGER","references":{"table":"artists","column":"id"}}],"indexes":[{"columns":["a"]}]}""")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"INTEGER","references":{"table":"t","column":"id"}}]}""")]
    public async Task A_table_is_given_back_as_it_was_declared(string table) => await RoundTripsAsync(table);

    [Fact]
    public async Task What_is_left_out_is_as_by_default_and_the_same_again()
    {
        await _database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "a", "type": "varchar( 20 )", "nullable": true, "unique": false, "default": null, "check": {"min_length": 0}}, {"name": "b", "type": "Decimal", "references": null, "check": null}], "indexes": [], "unique": [["a"]]}""");

        Assert.Equal(
            """{"table_name":"t","columns":[{"name":"a","type":"TEXT","unique":true,"check":{"min_length":0,"max_length":20}},{"name":"b","type":"DECIMAL(18,6)"}]}""",
            await DeclarationAsync("t"));
    }

    [Theory]
    [InlineData("""[{"name":"a","type":"DATE"}]""")]
    [InlineData("""[{"name":"a","type":"TEXT","check":{"max_length":5}}]""")]
    [InlineData("""[{"name":"a","type":"TEXT","default":"x"}]""")]
    [InlineData("""[{"name":"a","type":"TEXT"}],"indexes":[{"columns":["a"]}]""")]
    [InlineData("""[{"name":"a","type":"TEXT"}],"id_type":"uuid" """)]
    [InlineData("""[{"name":"a","type":"TEXT","references":{"table":"artists","column":"name"}}]""")]
    public async Task Another_declaration_of_the_same_columns_is_another_table(string columns)
    {
        await _database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}]}""");

        await _database.TryMakeTableAsync($$"""{"table_name":"t","columns":{{columns}}}""").FailsWith(ErrorCodes.TableExists);
    }

    private async Task RoundTripsAsync(string declaration)
    {
        var made = await _database.TryMakeTableAsync(declaration).Succeeds();
        Assert.Equal(declaration, await DeclarationAsync("t"));
        Assert.True(made.IsOwn);

        await _database.TryMakeTableAsync(declaration).Succeeds();
        await _database.TryMakeTableAsync(declaration.Replace("\"table_name\":\"t\"", "\"table_name\":\"u\"", StringComparison.Ordinal)).Succeeds();
        Assert.Equal(declaration, (await DeclarationAsync("u")).Replace("\"table_name\":\"u\"", "\"table_name\":\"t\"", StringComparison.Ordinal));
        await storage.RestartAsync();
        Assert.Equal(declaration, await DeclarationAsync("t"));
    }

    private async Task<string> DeclarationAsync(string table) =>
        Encoding.UTF8.GetString(TableDefinitionJson.Write((await _database.On(storage.Services).GetTableAsync(table).Succeeds()).Definition ?? throw new InvalidOperationException("No definition.")));
}
