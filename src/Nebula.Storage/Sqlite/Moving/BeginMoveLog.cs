using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>Begins the log of a move, alone in its transaction, and gives the tables as they are in it. Fails with conflict, naming what can't be moved.</summary>
internal sealed class BeginMoveLog(CancellationToken ct) : WriteOperation<(MovedSchema Schema, long SchemaVersion)>(null, ct)
{
    private const int MostNamed = 10;

    // What Nebula keeps for itself, and SQLite for its own purposes: of FTS5 too, whose tables begin with the name of the index.
    private const string SelectOthers = $"""
        SELECT type || ' ''' || name || '''' FROM sqlite_schema
        WHERE name NOT GLOB 'sqlite_*' AND lower(substr(name, 1, 7)) <> '_nebula'
          AND (type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%')
        """;

    private (MovedSchema, long) _begun;

    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override Error? Execute(WriteContext context)
    {
        var connection = context.Connection;
        MoveLog.Drop(connection);
        if (Unmovable(connection, context.Catalog) is { Count: > 0 } found)
        {
            var rest = found.Count > MostNamed ? $", and {found.Count - MostNamed} more" : "";
            return new Error(ErrorCodes.Conflict, $"The database holds what only SQLite can keep: {string.Join(", ", found.Take(MostNamed))}{rest}.")
            {
                Hint = "What another program made has to go, or to be made anew as a table of Nebula, before the database can be moved.",
            };
        }

        var tables = context.Catalog.Entries.Select(entry => Read(connection, entry.Table)).ToList();
        MoveLog.Create(connection, context.Catalog.Tables);
        _begun = (new MovedSchema(tables), connection.ExecuteInteger("PRAGMA schema_version"));
        return null;
    }

    protected override (MovedSchema Schema, long SchemaVersion) Value() => _begun;

    private static List<string> Unmovable(Connection connection, DatabaseCatalog catalog)
    {
        var found = MoveLog.Names(connection, SelectOthers).ToList();
        var tables = MoveLog.Names(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT GLOB 'sqlite_*' AND lower(substr(name, 1, 7)) <> '_nebula'");
        found.AddRange(tables.Where(name => catalog.Find(name) is not { Table: { IsOwn: true, KeyColumns: [_] } }).Select(name => $"table '{name}'"));
        foreach (var table in catalog.Tables.Where(t => t.IsOwn))
        {
            // Those on expressions, and partial ones that were not declared: no definition says what they are.
            var known = table.Indexes.Where(i => !i.IsPartial || table.Definition?.Indexes.Any(d => d.Where is not null && d.Columns.SequenceEqual(i.Columns.Select(c => c.Name), StringComparer.OrdinalIgnoreCase)) == true)
                .Select(i => i.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            found.AddRange(MoveLog.Names(connection, $"SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND lower(tbl_name) = lower({SqliteLiteral.Text(table.Name)})")
                .Where(name => !known.Contains(name)).Select(name => $"index '{name}'"));
        }

        return found;
    }

    private static MovedTable Read(Connection connection, Table table)
    {
        var select = connection.Prepare("SELECT timestamps, created_at FROM _nebula_tables WHERE table_id = ?1");
        try
        {
            select.Bind(1, table.Id.Value);
            select.Step();
            return new MovedTable(table, table.Definition ?? throw new InvalidOperationException("An own table has a definition."), select.Text(0), select.Text(1));
        }
        finally
        {
            select.Reset();
        }
    }
}
