using System.Globalization;
using System.Text;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>
/// A schema that is made of a database that lives elsewhere. Its comment says that it is being made, so that what a broken-off move left is told from what must not be touched; its version is negative until it is
/// whole, so that nobody writes it.
/// </summary>
/// <param name="confirm">Throws <see cref="MoveBrokenOffException"/> when somebody else owns the move by now.</param>
internal sealed class PostgresMoveTarget(PostgresServer server, DatabaseId id, Func<CancellationToken, ValueTask> confirm, TimeProvider clock) : IMoveTarget
{
    private const string Mark = "nebula: incoming";

    private readonly PostgresDialect _dialect = OwnTables.DialectOf(id);
    private readonly MoveTransactions _transactions = new(server, OwnTables.DialectOf(id), confirm, clock);
    private MoveConnection? _connection;
    private MovedRows? _rows;

    public async ValueTask CreateAsync(MovedSchema schema, CancellationToken ct)
    {
        if (SystemColumns.Find([.. schema.Tables.SelectMany(t => t.Definition.Columns)]) is { } reserved)
            throw new MoveBrokenOffException(reserved);
        await DropMarkedAsync(ct);
        _connection = await MoveConnection.OpenAsync(server, ct);
        _rows = new MovedRows(_connection, _dialect);
        await InTransactionAsync(async () =>
        {
            if (await IsThereAsync(Connection, ct))
                throw new MoveBrokenOffException($"The server has a schema '{_dialect.Schema}' already, which no broken-off move left.");
            await Connection.ExecuteAsync(OwnTables.Create(_dialect), ct);
            await Connection.ExecuteAsync(
            [
                $"COMMENT ON SCHEMA {Identifier.Quote(_dialect.Schema)} IS '{Mark}'",

                // No catalogue that a server may have kept since the database was here before has this version.
                string.Create(CultureInfo.InvariantCulture, $"UPDATE {_dialect.Table(OwnTables.State)} SET version = -{clock.GetUtcNow().ToUnixTimeMilliseconds()}"),
            ], ct);
            foreach (var table in schema.Tables)
                await CreateAsync(table, ct);
        }, ct);
    }

    public async ValueTask<IMoveBatch> BeginAsync(CancellationToken ct)
    {
        await _transactions.BeginAsync(Connection, ct);
        return new PostgresMoveBatch(Connection, _dialect);
    }

    public async ValueTask<IReadOnlyList<MovedRow>> ReadBlockAsync(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct) =>
        await Rows.ReadBlockAsync(table, after, upTo, limit, ct);

    public async ValueTask<IReadOnlyList<MovedRow>> ReadRecordsAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct) => await Rows.ReadRecordsAsync(table, keys, ct);

    public async ValueTask IndexAsync(MovedSchema schema, IProgress<int> progress, CancellationToken ct)
    {
        var change = new SchemaChange(Connection.Connection, _dialect, new DatabaseCatalog(0, [], keepsLog: false));
        for (var i = 0; i < schema.Tables.Count; i++)
        {
            var (table, definition) = (_dialect.Table(schema.Tables[i].Table.Name), schema.Tables[i].Definition);
            var unique = definition.Columns.Where(c => c.IsUnique).Select(c => (IReadOnlyList<string>)[c.Name]).Concat(definition.Unique);
            await InTransactionAsync(async () =>
            {
                foreach (var columns in unique)
                    await Connection.ExecuteAsync($"ALTER TABLE {table} ADD UNIQUE ({string.Join(", ", columns.Select(Identifier.Quote))})", ct);
                if (await MoveConnection.GuardedAsync(token => IndexChanges.CreateAllAsync(change, definition, token), ct) is { } error)
                    throw new MoveBrokenOffException(error);
            }, ct);
            await Connection.ExecuteAsync($"ANALYZE {table}", ct);
            progress.Report(i + 1);
        }
    }

    /// <summary>
    /// In two round trips. The references of what is there hold, because they held at the source: the server looks at them later, in <see cref="AdoptAsync"/>.
    /// </summary>
    public async ValueTask<bool> FinishAsync(MovedSchema schema, NextIds ids, Func<bool> isInTime, CancellationToken ct)
    {
        List<string> statements = [];
        foreach (var table in schema.Tables)
        {
            foreach (var (column, reference) in table.Definition.Columns.Where(c => c.Reference is not null).Select(c => (c, c.Reference!))) // just asked for
                statements.Add($"ALTER TABLE {_dialect.Table(table.Table.Name)} ADD FOREIGN KEY ({Identifier.Quote(column.Name)}) {ColumnSql.References(_dialect, reference)} NOT VALID");
            if (table.HasSequence)
                statements.Add(SetLast(table.Table.Name, table.Key.Name, ids.LastRecords.GetValueOrDefault(table.Table.Id)));
        }

        statements.Add(SetLast(OwnTables.Tables, "table_id", ids.LastTable));
        statements.Add($"UPDATE {_dialect.Table(OwnTables.State)} SET version = -version");
        await _transactions.BeginAsync(Connection, ct);
        try
        {
            await Connection.ExecuteAsync(statements, ct);
            if (!isInTime())
            {
                await Connection.RollBackAsync(CancellationToken.None);
                return false;
            }
        }
        catch
        {
            await Connection.RollBackAsync(CancellationToken.None);
            throw;
        }

        try
        {
            await Connection.ExecuteAsync("COMMIT", ct);
            return true;
        }
        catch (OperationCanceledException e)
        {
            throw new MoveBrokenOffException(new Error(ErrorCodes.Busy, "The server of the new copy did not commit it in time."), e); // or did, which can't be known: it can't be made whole twice
        }
    }

    public async ValueTask AdoptAsync(CancellationToken ct)
    {
        await _transactions.PatientlyAsync(connection => connection.ExecuteAsync($"COMMENT ON SCHEMA {Identifier.Quote(_dialect.Schema)} IS NULL", ct), ct);
        await using var connection = await MoveConnection.OpenAsync(server, ct);
        var vacuumed = await connection.QueryAsync(
            """
            SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
            WHERE s.nspname = $1 AND 'autovacuum_enabled=false' = ANY (c.reloptions)
            """, row => row.GetString(0), [Binding.Of(_dialect.Schema)], ct);
        foreach (var table in vacuumed)
            await _transactions.PatientlyAsync(reset => reset.ExecuteAsync($"ALTER TABLE {_dialect.Table(table)} RESET (autovacuum_enabled)", ct), ct);
        var pending = await connection.QueryAsync(
            """
            SELECT c.relname::text, k.conname::text FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
            WHERE s.nspname = $1 AND k.contype = 'f' AND NOT k.convalidated
            """, row => (Table: row.GetString(0), Name: row.GetString(1)), [Binding.Of(_dialect.Schema)], ct);
        foreach (var (table, name) in pending)
        {
            try
            {
                await connection.ExecuteAsync($"ALTER TABLE {_dialect.Table(table)} VALIDATE CONSTRAINT {Identifier.Quote(name)}", ct);
            }
            catch (MoveBrokenOffException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation })
            {
                // The source had records that refer to nothing, from a program that was not held to it. They came along as they were; new ones are held to it.
            }
        }
    }

    public async ValueTask DropAsync(CancellationToken ct)
    {
        await DisposeAsync();
        await DropMarkedAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.RollBackAsync(CancellationToken.None);
            await connection.DisposeAsync();
        }
    }

    private MoveConnection Connection => _connection ?? throw new InvalidOperationException("The target was not created.");

    private MovedRows Rows => _rows ?? throw new InvalidOperationException("The target was not created.");

    /// <summary>Without what would be in the way of the rows: references, and what is unique.</summary>
    private async ValueTask CreateAsync(MovedTable table, CancellationToken ct)
    {
        var plain = table.Definition with { Columns = [.. table.Definition.Columns.Select(c => c with { Reference = null, IsUnique = false })], Unique = [] };
        await Connection.ExecuteAsync(TableSql.Create(_dialect, plain, table.Table), ct);
        await Connection.ExecuteAsync($"ALTER TABLE {_dialect.Table(table.Table.Name)} SET (autovacuum_enabled = false)", ct); // its lock would be in the way while writes are held
        await Connection.ExecuteAsync(
            $"INSERT INTO {_dialect.Table(OwnTables.Tables)} (table_id, name, timestamps, created_at, definition) VALUES ($1, $2, $3, $4, $5)",
            [Binding.Of(table.Table.Id.Value), Binding.Of(table.Table.Name), Binding.Of(table.Timestamps), Binding.Of(table.CreatedAt), Binding.Of(Encoding.UTF8.GetString(TableDefinitionJson.Write(table.Definition)))],
            ct);
    }

    private string SetLast(string table, string column, long last) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT setval(pg_get_serial_sequence({PostgresLiteral.Text(_dialect.Table(table))}, {PostgresLiteral.Text(column)})::regclass, {Math.Max(last, 1)}, {(last > 0 ? "true" : "false")})");

    private async ValueTask<bool> IsThereAsync(MoveConnection connection, CancellationToken ct) =>
        await connection.FindAsync<long>("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1", [Binding.Of(_dialect.Schema)], ct) > 0;

    private ValueTask DropMarkedAsync(CancellationToken ct) => _transactions.PatientlyAsync(async connection =>
    {
        if (await connection.FindAsync<string>("SELECT obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace WHERE nspname = $1", [Binding.Of(_dialect.Schema)], ct) == Mark)
            await connection.ExecuteAsync($"DROP SCHEMA {Identifier.Quote(_dialect.Schema)} CASCADE", ct);
    }, ct);

    private async ValueTask InTransactionAsync(Func<Task> work, CancellationToken ct)
    {
        await _transactions.BeginAsync(Connection, ct);
        try
        {
            await work();
            await Connection.ExecuteAsync("COMMIT", ct);
        }
        catch
        {
            await Connection.RollBackAsync(CancellationToken.None);
            throw;
        }
    }
}
