using Nebula.Baseline.Items;
using Npgsql;
using NpgsqlTypes;

namespace Nebula.Baseline.Postgres;

/// <summary>
/// The table in PostgreSQL, by Npgsql as its documentation has it: one data source with a small pool, automatic preparation, typed parameters, one statement and one commit a request. Thread-safe.
/// </summary>
internal sealed class PostgresItems : IAsyncDisposable
{
    private const int PoolSize = 16;
    private const string Columns = "id, name, note, amount, price, created_at, updated_at";

    private readonly NpgsqlDataSource _source;

    public PostgresItems(string url)
    {
        var settings = new NpgsqlConnectionStringBuilder(url) { MaxPoolSize = PoolSize, MinPoolSize = PoolSize, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2, Timeout = 30 };
        _source = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).Build();
    }

    public async Task CreateAsync(CancellationToken ct)
    {
        await using var create = _source.CreateCommand(
            """
            CREATE TABLE IF NOT EXISTS items (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C", note text COLLATE "C", amount bigint, price double precision,
                created_at text COLLATE "C" NOT NULL, updated_at text COLLATE "C" NOT NULL)
            """);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>False when there is no such row.</summary>
    public async ValueTask<bool> TryGetAsync(long id, ItemBuffer json, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var get = new NpgsqlCommand($"SELECT {Columns} FROM items WHERE id = $1", connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } };
        await using var row = await get.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return false;
        RowJson.Write(json, row);
        return true;
    }

    /// <param name="isWhole">False leaves <c>updated_at</c> out.</param>
    public async ValueTask ListAsync(long limit, bool isWhole, ItemBuffer json, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var list = new NpgsqlCommand(
            isWhole ? $"SELECT {Columns} FROM items ORDER BY id LIMIT $1" : "SELECT id, name, note, amount, price, created_at FROM items ORDER BY id LIMIT $1", connection)
        { Parameters = { new NpgsqlParameter<long> { TypedValue = limit } } };
        await using var rows = await list.ExecuteReaderAsync(ct);
        json.Write("{\"records\":["u8);
        for (var i = 0; await rows.ReadAsync(ct); i++)
        {
            if (i > 0)
                json.Write(","u8);
            RowJson.Write(json, rows, isWhole);
        }

        json.Write("],\"pagination\":{\"limit\":"u8);
        json.Write(limit);
        json.Write(",\"offset\":0}}"u8);
    }

    /// <summary>Inserts, or changes the row of an id; false when there is none.</summary>
    public async ValueTask<bool> TryWriteAsync(long? id, ItemDraft draft, ItemBuffer json, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var write = new NpgsqlCommand(
            id is null
                ? $"INSERT INTO items (name, note, amount, price, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5) RETURNING {Columns}"
                : $"""
                   UPDATE items SET name = coalesce($1, name), note = coalesce($2, note), amount = coalesce($3, amount), price = coalesce($4, price), updated_at = $5
                   WHERE id = $6 RETURNING {Columns}
                   """,
            connection)
        {
            Parameters =
            {
                Parameter(NpgsqlDbType.Text, draft.Name), Parameter(NpgsqlDbType.Text, draft.Note), Parameter(NpgsqlDbType.Bigint, draft.Amount), Parameter(NpgsqlDbType.Double, draft.Price),
                Parameter(NpgsqlDbType.Text, DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture)),
            },
        };
        if (id is { } one)
            write.Parameters.Add(new NpgsqlParameter<long> { TypedValue = one });
        await using var row = await write.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return false;
        json.Write(id is null ? "{\"message\":\"Record created.\",\"record_id\":"u8 : "{\"message\":\"Record updated.\",\"record_id\":"u8);
        json.Write(row.GetInt64(0));
        json.Write(",\"record\":"u8);
        RowJson.Write(json, row);
        json.Write("}"u8);
        return true;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
