using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>A transaction that sees a database that is moved as it was when the transaction began.</summary>
internal sealed class PostgresMoveSnapshot : IMoveSnapshot
{
    private readonly MoveConnection _connection;
    private readonly PostgresDialect _dialect;
    private readonly MovedSchema _schema;
    private readonly MovedRows _rows;
    private int _cursors;

    private PostgresMoveSnapshot(MoveConnection connection, PostgresDialect dialect, MovedSchema schema, string position) =>
        (_connection, _dialect, _schema, _rows, Position) = (connection, dialect, schema, new MovedRows(connection, dialect), position);

    public string Position { get; }

    /// <param name="version">That of the schema that the move began with; negative behind the fence.</param>
    public static async ValueTask<PostgresMoveSnapshot> OpenAsync(PostgresServer server, PostgresDialect dialect, MovedSchema schema, long version, CancellationToken ct)
    {
        var connection = await MoveConnection.OpenAsync(server, ct);
        try
        {
            await connection.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ct);
            if (Math.Abs(await connection.FindAsync<long>(SchemaSql.SelectVersion(dialect), ct)) != version)
                throw new MoveBrokenOffException("The schema of the database was changed while it was moved.");
            var position = await connection.FindAsync<string>("SELECT pg_current_snapshot()::text", ct) ?? throw new InvalidOperationException("There is always a snapshot.");
            return new PostgresMoveSnapshot(connection, dialect, schema, position);
        }
        catch
        {
            await connection.RollBackAsync(CancellationToken.None);
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<MovedRow>> ReadBlockAsync(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct) =>
        await _rows.ReadBlockAsync(table, after, upTo, limit, ct);

    public async ValueTask<IReadOnlyList<MovedRow>> ReadRecordsAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct) => await _rows.ReadRecordsAsync(table, keys, ct);

    /// <summary>By a cursor, so that the server finds what is distinct once and keeps it. It goes with the transaction.</summary>
    public async IAsyncEnumerable<MoveChanges> ReadChangesAsync(string after, int limit, [EnumeratorCancellation] CancellationToken ct)
    {
        var (cursor, earlier) = (string.Create(CultureInfo.InvariantCulture, $"changes_{++_cursors}"), $"{PostgresLiteral.Text(after)}::pg_snapshot");
        await _connection.ExecuteAsync(
            $"DECLARE {cursor} NO SCROLL CURSOR FOR SELECT DISTINCT table_id, key FROM {_dialect.Table(MoveLog.TableName)} WHERE xid >= pg_snapshot_xmin({earlier}) AND NOT pg_visible_in_snapshot(xid, {earlier})", ct);
        for (var isMore = true; isMore;)
        {
            var entries = await _connection.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"FETCH {limit} FROM {cursor}"), row => (Table: row.GetInt64(0), Key: row.GetString(1)), [], ct);
            isMore = entries.Count == limit;
            if (entries.Count == 0)
                yield break;
            var changes = new MoveChanges();
            foreach (var (table, key) in entries)
            {
                if (table == MoveLog.Answers)
                    changes.Answers.Add(long.Parse(key, CultureInfo.InvariantCulture));
                else
                    changes.Add(new TableId(table), KeyOf(_schema.Find(new TableId(table)), key));
            }

            yield return changes;
        }
    }

    /// <summary>By what the planner knows: counting all would read all.</summary>
    public async ValueTask<long> EstimateAsync(MovedTable table, CancellationToken ct) =>
        Math.Max(0, await _connection.FindAsync<long>("SELECT reltuples::bigint FROM pg_catalog.pg_class WHERE oid = $1::regclass", [Binding.Of(_dialect.Table(table.Table.Name))], ct));

    public async ValueTask<IReadOnlyList<KeptAnswer>> ReadAnswersAsync(long after, int limit, CancellationToken ct) => await _connection.QueryAsync(
        $"{SelectAnswers} WHERE seq > $1 ORDER BY seq LIMIT $2", ReadAnswer, [Binding.Of(after), Binding.Of(limit)], ct);

    public async ValueTask<IReadOnlyList<KeptAnswer>> ReadAnswersAsync(IReadOnlyList<long> numbers, CancellationToken ct) => await _connection.QueryAsync(
        $"{SelectAnswers} WHERE seq = ANY ($1) ORDER BY seq", ReadAnswer, [new NpgsqlParameter<long[]> { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint }], ct);

    public async ValueTask<NextIds> ReadNextIdsAsync(MovedSchema schema, CancellationToken ct)
    {
        var last = new Dictionary<TableId, long>();
        foreach (var table in schema.Tables.Where(t => t.HasSequence))
            last[table.Table.Id] = await ReadLastAsync(table.Table.Name, table.Key.Name, ct);
        return new NextIds(await ReadLastAsync(OwnTables.Tables, "table_id", ct), last);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.RollBackAsync(CancellationToken.None);
        await _connection.DisposeAsync();
    }

    private string SelectAnswers => $"SELECT seq, request, body, at, answer FROM {_dialect.Table(OwnTables.Answers)}";

    private static KeptAnswer ReadAnswer(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4));

    private static TypedValue KeyOf(MovedTable? table, string key) =>
        table is { Key.Type: ColumnType.Uuid } ? TypedValue.Text(Encoding.ASCII.GetBytes(key)) : TypedValue.Of(long.Parse(key, CultureInfo.InvariantCulture));

    /// <summary>A sequence is in no snapshot. Behind the fence nobody moves it on.</summary>
    private ValueTask<long> ReadLastAsync(string table, string column, CancellationToken ct) => _connection.FindAsync<long>(
        $"SELECT greatest(pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass), (SELECT max({Identifier.Quote(column)}) FROM {_dialect.Table(table)}), 0)", [Binding.Of(_dialect.Table(table)), Binding.Of(column)], ct);
}
