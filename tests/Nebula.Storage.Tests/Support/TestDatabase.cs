using System.Text.Json;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Support;

/// <summary>A database as one caller reaches it.</summary>
public sealed class TestDatabase(Services services, Caller caller, Database database)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Database Database => database;

    public DatabaseId Id => database.Id;

    public Services Services => services;

    /// <summary>Makes a table of <c>name TYPE [required] [unique]</c>.</summary>
    public async Task<TestTable> AddTableAsync(string name, params string[] columns)
    {
        await TryAddTableAsync(name, columns).Succeeds();
        return Table(name);
    }

    public ValueTask<Result<Table>> TryAddTableAsync(string name, params string[] columns) =>
        services.Tables.CreateAsync(caller, database.Name, Some.Definition(name, columns), Ct);

    /// <summary>Makes a table of a whole definition in JSON.</summary>
    public async ValueTask<Result<Table>> TryMakeTableAsync(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TableDefinitionReader.Read(document.RootElement).TryGet(out var definition, out var error)
            ? await services.Tables.CreateAsync(caller, database.Name, definition, Ct)
            : error;
    }

    /// <summary>Makes a table of a whole definition in JSON.</summary>
    public async Task<TestTable> MakeTableAsync(string json) => Table((await TryMakeTableAsync(json).Succeeds()).Name);

    /// <summary>Changes a table as JSON says.</summary>
    public async ValueTask<Result<Table>> AlterAsync(string table, string json)
    {
        using var document = JsonDocument.Parse(json);
        return await services.Tables.AlterAsync(caller, database.Name, Some.Table(table), document.RootElement, Ct);
    }

    public ValueTask<Result<Done>> DropAsync(string table) => services.Tables.DropAsync(caller, database.Name, Some.Table(table), Ct);

    public ValueTask<Result<Table>> GetTableAsync(string table) => services.Tables.GetAsync(caller, database.Name, Some.Table(table), Ct);

    public async Task<IReadOnlyList<Table>> ListTablesAsync() => (await services.Tables.ListAsync(caller, database.Name, Ct).Succeeds()).Tables;

    /// <summary>Runs a batch of these operations, written in JSON with commas between them.</summary>
    public async ValueTask<Result<BatchOutcome>> RunAsync(string operations, IdempotentRequest? once = null)
    {
        using var body = JsonDocument.Parse($$"""{"operations": [{{operations}}]}""");
        return await services.Batches.RunAsync(caller, database.Name, body.RootElement, once, Ct);
    }

    /// <summary>A table by name, which need not be there.</summary>
    public TestTable Table(string name) => new(this, caller, Some.Table(name));

    /// <summary>The same database for another caller.</summary>
    public TestDatabase As(Caller other) => new(services, other, database);

    /// <summary>The same database on a storage that was started again.</summary>
    public TestDatabase On(Services other) => new(other, caller, database);

    /// <summary>The same database under its present name.</summary>
    public TestDatabase Named(Database renamed) => new(services, caller, renamed);
}
