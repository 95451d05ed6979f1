using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>A database of its own for one fixture or one test, dropped afterwards.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;

    internal PostgresDatabase(PostgresCluster cluster, string name)
    {
        _cluster = cluster;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = name }.ConnectionString;
    }

    public string Name { get; }

    /// <summary>In Npgsql's keyword form, without a word about the pool.</summary>
    public string ConnectionString { get; }

    /// <summary>The same as a URL, as <c>DATABASE_URL</c> takes it.</summary>
    public string Url
    {
        get
        {
            var parts = new NpgsqlConnectionStringBuilder(ConnectionString);
            var (user, password) = (Uri.EscapeDataString(parts.Username ?? ""), Uri.EscapeDataString(parts.Password ?? ""));
            return $"postgres://{user}:{password}@{parts.Host}:{parts.Port}/{Name}";
        }
    }

    /// <summary>A connection as another program would have one: in no pool.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    /// <summary>Runs statements as another program would, and gives the number of changed rows.</summary>
    public async Task<int> RunAsync(string sql, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The first column of all rows, as text.</summary>
    public async Task<IReadOnlyList<string>> ColumnAsync(string sql, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var values = new List<string>();
        while (await reader.ReadAsync(ct))
            values.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) ?? "");
        return values;
    }

    public ValueTask DisposeAsync() => new(_cluster.DropDatabaseAsync(Name));
}
