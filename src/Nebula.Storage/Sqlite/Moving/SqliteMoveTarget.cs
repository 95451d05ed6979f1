using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Storage.Moving;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>A file that is made of a database that lives elsewhere, under a name that no database can have. It gets its own when it is whole.</summary>
internal sealed class SqliteMoveTarget(DataDirectory directory, Database database, StorageOptions options) : IMoveTarget
{
    private Connection? _connection;
    private MovedRows? _rows;

    public ValueTask CreateAsync(MovedSchema schema, CancellationToken ct)
    {
        Guarded(() => Create(schema));
        return default;
    }

    private void Create(MovedSchema schema)
    {
        if (DataDirectory.AnyExists(directory.PathOf(database)))
            throw new MoveBrokenOffException($"There is a file '{directory.PathOf(database)}' already, which no broken-off move left.");
        directory.MakeFolderOf(database);
        DataDirectory.Remove(directory.IncomingOf(database));
        directory.MakeFolderOf(database); // which went with the last file in it
        _connection = Connection.Open(directory.IncomingOf(database), create: true);
        _rows = new MovedRows(_connection);
        ConnectionSetup.Configure(_connection, options);
        ConnectionSetup.SpillToDisk(_connection);
        _connection.Execute("PRAGMA journal_mode = WAL");
        _connection.Execute("PRAGMA foreign_keys = OFF"); // the rows of different tables come in any order
        _connection.Execute("BEGIN IMMEDIATE");
        _connection.Execute(CatalogSql.CreateTable);
        _connection.Execute(KeptAnswers.CreateTable);
        foreach (var table in schema.Tables)
            Create(_connection, table);
        _connection.Execute("COMMIT");
    }

    public ValueTask<IMoveBatch> BeginAsync(CancellationToken ct) => new(SqliteMoveBatch.Begin(Connection));

    public ValueTask<IReadOnlyList<MovedRow>> ReadBlockAsync(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct) =>
        new(Rows.ReadBlock(table, after, upTo, limit, ct));

    public ValueTask<IReadOnlyList<MovedRow>> ReadRecordsAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct) => new(Rows.ReadRecords(table, keys, ct));

    public ValueTask IndexAsync(MovedSchema schema, IProgress<int> progress, CancellationToken ct)
    {
        Guarded(() => Index(schema, progress, ct));
        return default;
    }

    private void Index(MovedSchema schema, IProgress<int> progress, CancellationToken ct)
    {
        for (var i = 0; i < schema.Tables.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            Connection.Execute("BEGIN IMMEDIATE");
            if (IndexWrites.CreateAll(Connection, schema.Tables[i].Table.Id, schema.Tables[i].Definition) is { } error)
                throw new MoveBrokenOffException(error);
            Connection.Execute("COMMIT");
            progress.Report(i + 1);
        }
    }

    public ValueTask<bool> FinishAsync(MovedSchema schema, NextIds ids, Func<bool> isInTime, CancellationToken ct)
    {
        var isWhole = false;
        Guarded(() => isWhole = Finish(schema, ids, isInTime));
        return new(isWhole);
    }

    private bool Finish(MovedSchema schema, NextIds ids, Func<bool> isInTime)
    {
        Connection.Execute("BEGIN IMMEDIATE");
        SetLast("_nebula_tables", ids.LastTable);
        foreach (var table in schema.Tables.Where(t => t.HasSequence))
            SetLast(table.Table.Name, ids.LastRecords.GetValueOrDefault(table.Table.Id));
        Connection.Execute("COMMIT");
        if (!isInTime())
            return false;
        Close();
        DataDirectory.Move(directory.IncomingOf(database), directory.PathOf(database));
        return true;
    }

    public ValueTask AdoptAsync(CancellationToken ct) => default;

    public ValueTask DropAsync(CancellationToken ct)
    {
        Guarded(() =>
        {
            Close();
            DataDirectory.Remove(directory.IncomingOf(database));
            DataDirectory.Remove(directory.PathOf(database)); // nobody was ever told that the database is here
        });
        return default;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    private Connection Connection => _connection ?? throw new InvalidOperationException("The target was not created.");

    private MovedRows Rows => _rows ?? throw new InvalidOperationException("The target was not created.");

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static void Create(Connection connection, MovedTable table)
    {
        connection.Execute(TableSql.Create(SqliteDialect.Instance, table.Definition, table.Table));
        var insert = connection.Prepare("INSERT INTO _nebula_tables (table_id, name, timestamps, created_at, definition) VALUES (?1, ?2, ?3, ?4, ?5)");
        try
        {
            insert.Bind(1, table.Table.Id.Value);
            insert.Bind(2, table.Table.Name);
            insert.Bind(3, table.Timestamps);
            insert.Bind(4, table.CreatedAt);
            insert.BindCopiedText(5, Nebula.Core.Tables.TableDefinitionJson.Write(table.Definition));
            insert.Step();
        }
        finally
        {
            insert.Reset();
        }
    }

    private void SetLast(string table, long last)
    {
        Connection.Execute($"DELETE FROM sqlite_sequence WHERE name = {SqliteLiteral.Text(table)} AND seq < {last}");
        Connection.Execute($"INSERT INTO sqlite_sequence (name, seq) SELECT {SqliteLiteral.Text(table)}, {last} WHERE {last} > 0 AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = {SqliteLiteral.Text(table)})");
    }

    private static void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (SqliteFaultException e)
        {
            throw new MoveBrokenOffException(SqliteErrors.Translate(e.Code) ?? SqliteErrors.Unavailable, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MoveBrokenOffException($"The file of the new copy can't be made: {e.Message}", e);
        }
    }
}
