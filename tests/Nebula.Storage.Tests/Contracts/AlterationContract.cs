using System.Text;
using System.Text.Json.Nodes;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Tests that change a table <c>t</c>, next to a table of artists.</summary>
public abstract class AlterationContract(StorageFixture storage) : IAsyncLifetime
{
    protected StorageFixture Storage => storage;

    protected TestDatabase Database { get; private set; } = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        Database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await Database.MakeTableAsync("""{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "unique": true}]}""");
        await Database.Table("artists").AddAsync("""{"name": "Ada"}""");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected async Task MakeAsync(string columns, string rest = "") => await Database.MakeTableAsync($$"""{"table_name": "t", "columns": [{{columns}}]{{rest}}}""");

    protected async Task<(string, string)> RowAsync(string first, string second)
    {
        var row = await Database.Table("t").FindAsync(1).Succeeds();
        return (row[first], row[second]);
    }

    protected async Task RefusedAsync(string change, string code, string detail, string message)
    {
        var (before, rows) = (await DeclarationAsync(), await RowsAsync());
        var error = await Database.AlterAsync("t", change).FailsWith(code);

        Assert.Equal([detail], error.Details.Select(d => $"{d.Field} {d.Code}"));
        Assert.Contains(message, error.Details[0].Message, StringComparison.Ordinal);
        Assert.Equal((before, rows), (await DeclarationAsync(), await RowsAsync()));
    }

    protected async Task<string> RowsAsync() => new JsonArray([.. (await Database.Table("t").ListAsync()).Rows.Select(r => r.DeepClone())]).ToJsonString();

    protected async Task<string> DeclarationAsync() => Text(await Database.GetTableAsync("t").Succeeds());

    protected static string Text(Table table) => Encoding.UTF8.GetString(TableDefinitionJson.Write(table.Definition ?? throw new InvalidOperationException("No definition.")));

    /// <summary>The table is what its declaration makes, and is taken for it.</summary>
    protected async Task SameAsMadeAtOnceAsync()
    {
        var declaration = await DeclarationAsync();
        Assert.True((await Database.GetTableAsync("t").Succeeds()).IsOwn);
        await Database.TryMakeTableAsync(declaration).Succeeds();
        var copy = await Database.TryMakeTableAsync(declaration.Replace("\"table_name\":\"t\"", "\"table_name\":\"copy\"", StringComparison.Ordinal)).Succeeds();
        Assert.Equal(declaration, Text(copy).Replace("\"table_name\":\"copy\"", "\"table_name\":\"t\"", StringComparison.Ordinal));
        await Database.DropAsync("copy").Succeeds();
        await storage.CheckAsync(Database);
    }
}
