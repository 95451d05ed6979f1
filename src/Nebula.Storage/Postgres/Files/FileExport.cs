using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Importing;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;
using Nebula.Storage.Sqlite.Writing;
using Npgsql;

namespace Nebula.Storage.Postgres.Files;

/// <summary>Writes a database as it is at one moment into a new SQLite file. Used once.</summary>
internal sealed class FileExport(PostgresServer server, DatabaseId id, string path)
{
    /// <summary>How often it is begun anew when the schema was changed meanwhile.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Fails with busy when the schema is changed again and again, or with storage_full.</summary>
    public async ValueTask<Result<Done>> RunAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!(await TryRunAsync(ct)).TryGet(out var isOne, out var error))
                    return error;
                if (isOne)
                    return new Done();
            }
            catch (PostgresException e) when (PostgresErrors.IsStale(e))
            {
                // A table went, or got another name, before its turn came.
            }

            if (attempt == MaxAttempts)
                return StorageErrors.Busy;
            File.Delete(path);
        }
    }

    /// <summary>
    /// False when the file is none of one moment: a table that the server writes anew, for a column of another type, is empty to those who began before. Tables are not locked beforehand, since whoever
    /// wants to change one would then wait, and everybody else behind him.
    /// </summary>
    private async ValueTask<Result<bool>> TryRunAsync(CancellationToken ct)
    {
        using var file = Connection.Open(path, create: true);
        try
        {
            // Nobody else sees it until it is whole, and a half one is thrown away.
            foreach (var pragma in new[] { "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF" })
                file.Execute($"PRAGMA {pragma}");
            await using var opened = await server.OpenAsync(id, ct);
            var connection = opened.Connection;
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
            file.Execute("BEGIN");
            file.Execute(CatalogSql.CreateTable);
            var dialect = OwnTables.DialectOf(id);
            var catalog = await Schema.SchemaReader.ReadWithinAsync(connection, dialect, previous: null, ct);
            foreach (var entry in catalog.Entries.OrderBy(e => e.Table.Id.Value))
            {
                if (await CopyAsync(connection, file, entry, ct) is { } error)
                    return error;
            }

            await KeepTableIdsAsync(connection, file, dialect, ct);
            file.Execute("COMMIT");
            await transaction.CommitAsync(ct);
            await using var now = new NpgsqlCommand(SchemaSql.SelectVersion(dialect), connection);
            return await now.ExecuteScalarAsync(ct) is long version && version == catalog.SchemaVersion;
        }
        catch (SqliteFaultException e) when (SqliteErrors.Translate(e.Code) is { } error)
        {
            return error;
        }
    }

    private static async ValueTask<Error?> CopyAsync(NpgsqlConnection connection, Connection file, CatalogTable entry, CancellationToken ct)
    {
        var table = entry.Table;
        var definition = table.IsOwn ? table.Definition : null;
        file.Execute(definition is null ? ForeignTableSql.Create(SqliteDialect.Instance, table, table.Columns) : TableSql.Create(SqliteDialect.Instance, definition, table));
        var kept = table.Columns.Where(c => c.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt).Select(c => c.Name);
        var tableId = CatalogSql.Add(file, table.Name, string.Join(',', kept), table.CreatedAt, definition, table.Id);
        await CopyRowsAsync(connection, file, entry, ct);
        if (table.Key is not null && await IdSequence.LastAsync(connection, entry.Dialect, table, ct) is > 0 and var last)
            SetLast(file, table.Name, last);
        if (definition is not null)
            return IndexWrites.CreateAll(file, tableId, definition);
        foreach (var (columns, isUnique) in ForeignTableSql.Indexes(table))
        {
            if (IndexWrites.Create(file, tableId, table, new IndexDefinition(null, [.. columns.Select(c => c.Name)], isUnique, Where: null, IsFullText: false)) is { } error)
                return error;
        }

        return null;
    }

    private static async ValueTask CopyRowsAsync(NpgsqlConnection connection, Connection file, CatalogTable entry, CancellationToken ct)
    {
        var columns = entry.Table.Columns;
        var names = string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)));
        var order = entry.RowKey is { Count: > 0 } key ? $" ORDER BY {string.Join(", ", key.Select(k => k.Sql))}" : "";
        await using var select = new NpgsqlCommand($"SELECT {names} FROM {entry.Dialect.Table(entry.Table.Name)}{order}", connection) { CommandTimeout = 0 };
        await using var rows = await select.ExecuteReaderAsync(ct);
        using var buffer = new RowBuffer(rows);
        var insert = file.Prepare($"INSERT INTO {SqliteDialect.Instance.Table(entry.Table.Name)} ({names}) VALUES ({string.Join(", ", columns.Select((_, i) => SqliteDialect.Instance.Parameter(i + 1)))})");
        try
        {
            while (await rows.ReadAsync(ct))
            {
                for (var i = 0; i < columns.Count; i++)
                    DraftBinding.Bind(insert, i + 1, buffer.Read(i).ToTyped());
                insert.Step();
                insert.Reset();
            }
        }
        finally
        {
            insert.Reset();
        }
    }

    /// <summary>API keys are bound to tables by their ids: that of a table which was dropped must not be given to another one.</summary>
    private static async ValueTask KeepTableIdsAsync(NpgsqlConnection connection, Connection file, PostgresDialect dialect, CancellationToken ct)
    {
        if (await OwnTables.LastTableIdAsync(connection, dialect, ct) is > 0 and var last)
            SetLast(file, OwnTables.Tables, last);
    }

    /// <summary>So that no id is given again that was given before.</summary>
    private static void SetLast(Connection file, string table, long last)
    {
        var name = SqliteLiteral.Text(table);
        file.Execute($"DELETE FROM sqlite_sequence WHERE name = {name}");
        file.Execute($"INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {last})");
    }
}
