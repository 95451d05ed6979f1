using System.Globalization;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>
/// A schema that serves while it is moved. Its fence is in the database: every write of every server is conditional on the version, which is negative behind the fence.
/// </summary>
/// <param name="confirm">Throws <see cref="MoveBrokenOffException"/> when somebody else owns the move by now.</param>
internal sealed class PostgresMoveSource(PostgresServer server, DatabaseId id, Func<CancellationToken, ValueTask> confirm, TimeProvider clock) : IMoveSource
{
    private const int MostNamed = 10;

    /// <summary>Longer than the server's own <c>deadlock_timeout</c>, after which it ends an autovacuum that somebody waits for.</summary>
    private static readonly TimeSpan _vacuumPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _watchPatience = TimeSpan.FromMilliseconds(400);

    private readonly PostgresDialect _dialect = OwnTables.DialectOf(id);
    private readonly MoveTransactions _transactions = new(server, OwnTables.DialectOf(id), confirm, clock);
    private MovedSchema _schema = new([]);
    private long _version;

    public async ValueTask<MovedSchema> BeginAsync(CancellationToken ct)
    {
        await DropLogAsync(ct);
        await _transactions.PatientlyAsync(async connection =>
        {
            _version = await LockStateAsync(connection, ct);
            if (_version < 0)
                throw new MoveBrokenOffException("The database is fenced: another move left it so, or it was moved.");
            if (await connection.FindAsync<string>("SELECT current_setting('default_transaction_isolation')", ct) is { } level and not "read committed") // only behind a pooler
                throw new MoveBrokenOffException($"The server has default_transaction_isolation set to '{level}', under which writes could miss the fence; it has to be 'read committed'.");
            var catalog = await SchemaReader.ReadWithinAsync(connection.Connection, _dialect, previous: null, ct);
            if (await UndescribedObjects.FindAsync(connection, _dialect, catalog.Tables, ct) is { Count: > 0 } found)
                throw new MoveBrokenOffException($"The database holds what no definition describes: {string.Join(", ", found.Take(MostNamed))}{(found.Count > MostNamed ? $", and {found.Count - MostNamed} more" : "")}.");
            var entries = await connection.QueryAsync(
                $"SELECT table_id, timestamps, created_at FROM {_dialect.Table(OwnTables.Tables)}", row => (Id: new TableId(row.GetInt64(0)), Timestamps: row.GetString(1), CreatedAt: row.GetString(2)), [], ct);
            var byId = entries.ToDictionary(e => e.Id);
            _schema = new MovedSchema([.. catalog.Tables.Select(t => new MovedTable(t, t.Definition ?? throw new InvalidOperationException("An own table has a definition."), byId[t.Id].Timestamps, byId[t.Id].CreatedAt))]);
            await connection.ExecuteAsync(MoveLog.Create(_dialect), ct);
        }, ct);

        // Each table by itself: who waits for one keeps nobody from the others.
        foreach (var table in _schema.Tables.Select(t => t.Table))
        {
            await _transactions.PatientlyAsync(async connection =>
            {
                await LockUnchangedAsync(connection, ct);
                await connection.ExecuteAsync(SendVacuumAway(_dialect.Table(table.Name)).Concat(MoveLog.Watch(_dialect, table)), ct);
            }, ct);
        }

        return _schema;
    }

    public async ValueTask<IMoveSnapshot> OpenSnapshotAsync(CancellationToken ct) => await PostgresMoveSnapshot.OpenAsync(server, _dialect, _schema, _version, ct);

    /// <summary>Nobody is held by this, and what is in the way is not waited for in vain for long: the fence finds out whether it is gone.</summary>
    public async ValueTask MakeWayAsync(CancellationToken ct) => await _transactions.TryAsync(connection => connection.ExecuteAsync(SendVacuumAway(Locked), ct), _vacuumPatience, ct);

    /// <summary>
    /// Writes lock their table before they look at the version. So once all tables are locked, no write runs that has seen the old version, and those that wait for the lock see the new one.
    /// </summary>
    public ValueTask<bool> FenceAsync(TimeSpan patience, CancellationToken ct) => _transactions.TryAsync(async connection =>
    {
        await LockUnchangedAsync(connection, ct);
        await connection.ExecuteAsync(
        [
            string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {(long)patience.TotalMilliseconds}"), // for all tables together
            $"LOCK TABLE {Locked} IN SHARE MODE",
            $"UPDATE {_dialect.Table(OwnTables.State)} SET version = -abs(version)",
        ], ct);
    }, patience, ct);

    /// <summary>
    /// Of whatever version: with a condition it would not wait for a fence that is being committed. The next version is another one than before the fence: a write that met the fence, and looks at the version
    /// when it is gone already, is not to take itself for one that its table refused.
    /// </summary>
    public ValueTask OpenAsync(CancellationToken ct) => _transactions.PatientlyAsync(
        async connection => _version = await connection.FindAsync<long>(
            $"UPDATE {_dialect.Table(OwnTables.State)} SET version = CASE WHEN version < 0 THEN 1 - version ELSE version END RETURNING version", ct), ct);

    public async ValueTask ReleaseAsync(CancellationToken ct)
    {
        await OpenAsync(ct);
        await DropLogAsync(ct);
    }

    /// <summary>The fence stays for ever: what a server that missed the flip would write here, it can't.</summary>
    public ValueTask LeaveAsync(CancellationToken ct) => default;

    /// <summary>
    /// First out of the way as a whole: a server that has not heard of the move yet finds all of the old copy or nothing of it, and never a part that it would take for the database. What an earlier attempt left is
    /// removed before that.
    /// </summary>
    public async ValueTask RemoveAsync(CancellationToken ct)
    {
        var removed = new PostgresDialect($"{_dialect.Schema}_removed");
        await DropAsync(removed, ct);
        await _transactions.PatientlyAsync(async connection =>
        {
            if (await connection.FindAsync<long>("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1", [Binding.Of(_dialect.Schema)], ct) > 0)
                await connection.ExecuteAsync($"ALTER SCHEMA {Identifier.Quote(_dialect.Schema)} RENAME TO {Identifier.Quote(removed.Schema)}", ct);
        }, ct);
        await DropAsync(removed, ct);
    }

    /// <summary>Everything that is written. The kept answers first, as a request with a key claims its answer before it writes a record.</summary>
    private string Locked => string.Join(", ", _schema.Tables.Select(t => _dialect.Table(t.Table.Name)).Prepend(_dialect.Table(OwnTables.Answers)));

    /// <summary>Waits for an autovacuum in a mode that keeps neither reads nor writes waiting; then goes on with little patience again, as what comes next does.</summary>
    private static IEnumerable<string> SendVacuumAway(string tables) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)_vacuumPatience.TotalMilliseconds}"),
        $"LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE",
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)_watchPatience.TotalMilliseconds}"),
    ];

    private async ValueTask DropLogAsync(CancellationToken ct)
    {
        List<string> watched;
        await using (var connection = await MoveConnection.OpenAsync(server, ct))
            watched = await connection.QueryAsync(MoveLog.SelectWatched, row => row.GetString(0), [Binding.Of(_dialect.Schema)], ct);
        foreach (var table in watched)
            await _transactions.PatientlyAsync(connection => connection.ExecuteAsync(MoveLog.Unwatch(_dialect, table), ct), ct);
        await _transactions.PatientlyAsync(connection => connection.ExecuteAsync(MoveLog.Drop(_dialect), ct), ct);
    }

    /// <summary>Table by table, so that no transaction holds more locks than the server has room for.</summary>
    private async ValueTask DropAsync(PostgresDialect schema, CancellationToken ct)
    {
        List<string> tables;
        await using (var connection = await MoveConnection.OpenAsync(server, ct))
        {
            tables = await connection.QueryAsync(
                "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = $1 AND c.relkind = 'r' AND c.relname NOT LIKE '\\_nebula%'",
                row => row.GetString(0), [Binding.Of(schema.Schema)], ct);
        }

        foreach (var table in tables)
            await _transactions.PatientlyAsync(connection => connection.ExecuteAsync($"DROP TABLE IF EXISTS {schema.Table(table)} CASCADE", ct), ct);
        await _transactions.PatientlyAsync(connection => connection.ExecuteAsync($"DROP SCHEMA IF EXISTS {Identifier.Quote(schema.Schema)} CASCADE", ct), ct);
    }

    /// <summary>Nothing of it is held by this process.</summary>
    public ValueTask DisposeAsync() => default;

    private async ValueTask LockUnchangedAsync(MoveConnection connection, CancellationToken ct)
    {
        if (await LockStateAsync(connection, ct) != _version)
            throw new MoveBrokenOffException("The schema of the database was changed while it was moved.");
    }

    private ValueTask<long> LockStateAsync(MoveConnection connection, CancellationToken ct) => connection.FindAsync<long>($"{SchemaSql.SelectVersion(_dialect)} FOR UPDATE", ct);
}
