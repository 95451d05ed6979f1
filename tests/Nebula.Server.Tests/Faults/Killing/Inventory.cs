using System.Net;
using System.Text.Json;

namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>All that a server serves, read over HTTP, with what is wrong about it in itself.</summary>
internal sealed class Inventory
{
    private readonly List<string> _problems = [];

    public State State { get; } = new();

    public Dictionary<string, long> Ids { get; } = [];

    /// <summary>The file of each database, from the data directory.</summary>
    public Dictionary<string, string> Files { get; } = [];

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>How many records are there more than once.</summary>
    public int Twice { get; private set; }

    public static async Task<Inventory> TakeAsync(Client client, CancellationToken ct)
    {
        var inventory = new Inventory();
        var databases = (await client.GetAsync("/api/v1/databases?limit=1000", ct)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("databases");
        foreach (var database in databases.EnumerateArray())
            await inventory.TakeDatabaseAsync(client, database, ct);
        return inventory;
    }

    /// <summary>Compares with the file as it lay on disk when the server was killed, read by SQLite alone.</summary>
    public void CompareWithFile(string database, string path)
    {
        using var file = SqliteFile.Open(path);
        foreach (var table in State.Keys.Where(key => key.Split('/') is [var owner, _] && owner == database))
        {
            var name = table.Split('/')[1];
            var stored = file.Texts($"SELECT token || ' ' || version || ' ' || id FROM {name} ORDER BY 1");
            var served = Ids.Where(record => record.Key.StartsWith(table + "/", StringComparison.Ordinal))
                .Select(record => $"{record.Key.Split('/')[2]} {State[record.Key]} {record.Value}");
            if (!stored.ToHashSet().SetEquals(served))
                _problems.Add($"{table} serves other rows than its file held when the server was killed");
        }
    }

    private async Task TakeDatabaseAsync(Client client, JsonElement database, CancellationToken ct)
    {
        var name = database.GetProperty("dbName").GetString()!; // every database has one
        State[name] = 0;
        Files[name] = database.GetProperty("filePath").GetString()!; // as above
        var tables = (await client.GetAsync($"/api/v1/databases/{name}/tables", ct)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("tables");
        if (database.GetProperty("tables").GetInt32() != tables.GetArrayLength())
            _problems.Add($"{name} says that it has {database.GetProperty("tables")} tables and lists {tables.GetArrayLength()}");
        foreach (var table in tables.EnumerateArray())
            await TakeTableAsync(client, name, table.GetProperty("name").GetString()!, ct);
    }

    private async Task TakeTableAsync(Client client, string database, string table, CancellationToken ct)
    {
        State[$"{database}/{table}"] = 0;
        var (records, total) = await client.ListAllAsync(database, table, ct);
        if (total != records.Count)
            _problems.Add($"{database}/{table} has a total of {total} and {records.Count} records");
        foreach (var record in records)
        {
            var token = record.GetProperty("token").GetString()!; // not nullable
            var version = record.GetProperty("version").GetInt32();
            var key = $"{database}/{table}/{token}";
            if (record.GetProperty("payload").GetString() != Payload.Of(token, version))
                _problems.Add($"{key} is not whole");
            if (!Ids.TryAdd(key, record.GetProperty("id").GetInt64()))
            {
                _problems.Add($"{key} is there twice");
                Twice++;
            }

            State[key] = version;
        }
    }
}
