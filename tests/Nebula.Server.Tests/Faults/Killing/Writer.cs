using System.Globalization;

namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>
/// A client that writes one thing after the other until the server is gone. What it writes is its own: records in tables that all writers share, a table
/// that it makes and drops, a database that it makes, renames and drops.
/// </summary>
internal sealed class Writer(int number, Client client, Ledger ledger, Expectation expectation, Random random)
{
    public const string OwnTable = "own";

    /// <summary>So that looking at everything after each kill stays quick, however fast the machine is.</summary>
    private const int MaxRecords = 150;

    private readonly State _state = expectation.State.Copy();
    private readonly Dictionary<string, long> _ids = expectation.Ids.Where(id => id.Key.Contains($"/w{number}-", StringComparison.Ordinal)).ToDictionary();
    private int _records;

    /// <summary>The databases that all writers share.</summary>
    public static IReadOnlyList<string> Shared { get; } = ["shop", "blog", "stock"];

    /// <summary>The tables of each of those.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["orders", "items"];

    private string Home => Shared[number % Shared.Count];

    private string PrivateTable => $"own_{number}";

    private string? PrivateDatabase => new[] { $"private_{number}", $"renamed_{number}" }.FirstOrDefault(name => _state[name] is not null);

    /// <summary>Makes what all writers share.</summary>
    public static async Task PrepareAsync(Client client, Ledger ledger, CancellationToken ct)
    {
        var writer = new Writer(-1, client, ledger, new Expectation([]), new Random(0));
        foreach (var database in Shared)
        {
            await writer.RunAsync(new Change(ChangeKind.CreateDatabase, database), ct);
            foreach (var table in Tables)
                await writer.RunAsync(new Change(ChangeKind.CreateTable, database, table), ct);
        }
    }

    /// <summary>Ends when no answer comes any more. An answer that is no success is a failure of the test.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                foreach (var change in Choose())
                    await RunAsync(change, ct);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The server was killed. What was asked for last is in the ledger, without an answer.
        }
    }

    private IReadOnlyList<Change> Choose() => random.Next(100) switch
    {
        < 5 => [new Change(_state[$"{Home}/{PrivateTable}"] is null ? ChangeKind.CreateTable : ChangeKind.DropTable, Home, PrivateTable)],
        < 10 => ChangeOfDatabase(),
        < 65 when _ids.Count < MaxRecords => [Insertion()],
        < 85 => Own() is { } record ? [Of(ChangeKind.Update, record, _state[record]!.Value + 1)] : [Insertion()], // a record has a version
        _ => Own() is { } record ? [Of(ChangeKind.Delete, record, 0)] : [Insertion()],
    };

    private IReadOnlyList<Change> ChangeOfDatabase()
    {
        if (PrivateDatabase is not { } existing)
            return [new Change(ChangeKind.CreateDatabase, $"private_{number}"), new Change(ChangeKind.CreateTable, $"private_{number}", OwnTable)];
        var other = existing.StartsWith("private", StringComparison.Ordinal) ? $"renamed_{number}" : $"private_{number}";
        return random.Next(2) == 0 ? [new Change(ChangeKind.DropDatabase, existing)] : [new Change(ChangeKind.RenameDatabase, existing, NewName: other)];
    }

    private Change Insertion()
    {
        var own = PrivateDatabase is { } database && _state[$"{database}/{OwnTable}"] is not null ? (database, OwnTable) : default;
        var table = _state[$"{Home}/{PrivateTable}"] is not null ? (Home, PrivateTable) : default;
        var (place, name) = random.Next(4) switch
        {
            0 when own != default => own,
            1 when table != default => table,
            _ => (Shared[random.Next(Shared.Count)], Tables[random.Next(Tables.Count)]),
        };
        return new Change(ChangeKind.Insert, place, name, $"w{number}-{random.Next():x8}-{_records++}", 1);
    }

    private string? Own() => _ids.Count == 0 ? null : _ids.Keys.ElementAt(random.Next(_ids.Count));

    private static Change Of(ChangeKind kind, string record, int version) =>
        record.Split('/') is [var database, var table, var token] ? new Change(kind, database, table, token, version) : throw new ArgumentException(record);

    private async Task RunAsync(Change change, CancellationToken ct)
    {
        var (method, path, body) = Request(change);
        var entry = ledger.Begin(change);
        using var answer = await client.StartAsync(method, path, body, ct);
        if (!answer.IsSuccessStatusCode)
            Assert.Fail($"{change} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");

        // The status line is the promise; the rest of the answer may never come.
        var id = change.Kind == ChangeKind.Insert ? IdOf(answer.Headers.Location) : 0;
        ledger.Acknowledge(entry, id);
        _state.Apply(change);
        Note(change, id);
        await answer.Content.ReadAsByteArrayAsync(ct);
    }

    private void Note(Change change, long id)
    {
        if (change.Kind == ChangeKind.Insert)
            _ids[change.Keys[0]] = id;
        else if (change.Kind == ChangeKind.RenameDatabase)
            Rename(change);
        else if (change.Kind == ChangeKind.Delete)
            _ids.Remove(change.Keys[0]);
        else if (change.Kind is ChangeKind.DropTable or ChangeKind.DropDatabase)
            Forget(change);
    }

    private void Rename(Change change)
    {
        foreach (var (key, id) in _ids.Where(record => change.Touches(record.Key)).ToList())
        {
            _ids.Remove(key);
            _ids[change.NewName + key[change.Database.Length..]] = id;
        }
    }

    private void Forget(Change change)
    {
        foreach (var key in _ids.Keys.Where(change.Touches).ToList())
            _ids.Remove(key);
    }

    private (HttpMethod Method, string Path, object? Body) Request(Change change)
    {
        var database = $"/api/v1/databases/{change.Database}";
        var records = Client.RecordsOf(change.Database, change.Table);
        return change.Kind switch
        {
            ChangeKind.CreateDatabase => (HttpMethod.Post, "/api/v1/databases", new { db_name = change.Database }),
            ChangeKind.RenameDatabase => (HttpMethod.Patch, database, new { db_name = change.NewName }),
            ChangeKind.DropDatabase => (HttpMethod.Delete, database, null),
            ChangeKind.CreateTable => (HttpMethod.Post, $"{database}/tables", new { table_name = change.Table, columns = Columns }),
            ChangeKind.DropTable => (HttpMethod.Delete, $"{database}/tables/{change.Table}", null),
            ChangeKind.Insert => (HttpMethod.Post, records, new { token = change.Token, version = 1, payload = Payload.Of(change.Token, 1) }),
            ChangeKind.Update => (HttpMethod.Put, $"{records}/{_ids[change.Keys[0]]}", new { version = change.Version, payload = Payload.Of(change.Token, change.Version) }),
            _ => (HttpMethod.Delete, $"{records}/{_ids[change.Keys[0]]}", null),
        };
    }

    private static object[] Columns { get; } =
    [
        new { name = "token", type = "TEXT", nullable = false, unique = true },
        new { name = "version", type = "INTEGER", nullable = false },
        new { name = "payload", type = "TEXT" },
    ];

    private static long IdOf(Uri? location) => long.Parse(location!.OriginalString.Split('/')[^1], CultureInfo.InvariantCulture); // every insert has one
}
