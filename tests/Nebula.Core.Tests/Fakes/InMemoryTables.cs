using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Fakes;

/// <summary>Tables in a list per database.</summary>
internal sealed class InMemoryTables : ITableStore
{
    private readonly Dictionary<DatabaseId, List<Table>> _tables = [];
    private long _lastId;

    /// <summary>What every call fails with, if anything.</summary>
    public Error? Failure { get; set; }

    public Table Add(Database database, string name, params string[] columns)
    {
        var table = Some.TableNamed(name, new TableId(++_lastId), columns);
        Of(database).Add(table);
        return table;
    }

    /// <summary>A table of another program, without an id.</summary>
    public void AddForeign(Database database, string name, params string[] columns)
    {
        var table = Some.ForeignTable(columns);
        Of(database).Add(new Table(new TableId(++_lastId), name, table.Columns, table.CreatedAt, table.Sql, table.RootPage));
    }

    /// <summary>The same table under another name.</summary>
    public void Rename(Database database, string name, string newName)
    {
        var tables = Of(database);
        var at = tables.FindIndex(t => t.Name == name);
        tables[at] = new Table(tables[at].Id, newName, tables[at].Columns, tables[at].CreatedAt, tables[at].Sql, tables[at].RootPage);
    }

    public ValueTask<Result<DatabaseSchema>> GetSchemaAsync(Database database, bool fresh, CancellationToken ct) =>
        new(Failure ?? Core.Result.Success(new DatabaseSchema([.. Of(database)])));

    public ValueTask<Result<Table>> CreateAsync(Caller caller, Database database, TableDefinition definition, long? most, CancellationToken ct)
    {
        if (Failure is not null)
            return new(Failure);
        if (Find(database, definition.Name) is { } existing)
            return new(definition.Describes(existing) ? existing : Result(new Error(ErrorCodes.TableExists, "Exists.")));
        return new(Add(database, definition.Name.Value, [.. definition.Columns.Select(c => $"{c.Name} {ColumnTypes.Name(c.Type)}")]));
    }

    public ValueTask<Result<Table>> AlterAsync(OpenTable table, TableAlteration alteration, CancellationToken ct) =>
        new(new Error(ErrorCodes.Conflict, "The tables of this fake stay as they are."));

    public ValueTask<Result<Done>> DropAsync(OpenTable table, CancellationToken ct)
    {
        Of(table.Database).RemoveAll(t => t.Id == table.Table.Id);
        return new(new Done());
    }

    private Table? Find(Database database, TableName name) =>
        Of(database).Find(t => string.Equals(t.Name, name.Value, StringComparison.OrdinalIgnoreCase));

    private List<Table> Of(Database database) =>
        _tables.TryGetValue(database.Id, out var tables) ? tables : _tables[database.Id] = [];

    private static Result<Table> Result(Error error) => error;
}
