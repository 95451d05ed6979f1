using System.Diagnostics;
using System.Net;
using Nebula.Server.Tests.Faults.Killing;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>
/// A client as clients should be: it writes one thing after the other, asks for each again until it is done, and looks whether it is there, on whichever server that is. An answer that does not say that
/// it may be asked again is a failure of the test. What it writes is its own.
/// </summary>
internal sealed class PersistentWriter(int number, Client client, Ledger ledger, Tally tally, Random random)
{
    public const string Database = "shop";
    public const string Table = "orders";

    private const int MaxRecords = 150;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private const int Together = 5;
    private const string Tables = $"/api/v1/databases/{Database}/tables";

    private static readonly object[] _columns =
    [
        // Not unique, so that nothing but the idempotency key keeps a record from being there twice.
        new { name = "token", type = "TEXT", nullable = false },
        new { name = "version", type = "INTEGER", nullable = false },
        new { name = "payload", type = "TEXT" },
    ];

    private readonly Dictionary<string, (long Id, int Version)> _own = [];
    private int _records;
    private bool _hasTable;

    private static string Records => Client.RecordsOf(Database, Table);

    /// <summary>Makes what all writers share.</summary>
    public static async Task PrepareAsync(Client client, Ledger ledger, CancellationToken ct)
    {
        var made = ledger.Begin(new Change(ChangeKind.CreateDatabase, Database));
        (await client.PostAsync("/api/v1/databases", new { db_name = Database }, ct)).ShouldBe(HttpStatusCode.Created);
        ledger.Acknowledge(made, 0);
        made = ledger.Begin(new Change(ChangeKind.CreateTable, Database, Table));
        (await client.PostAsync(Tables, new { table_name = Table, columns = _columns }, ct)).ShouldBe(HttpStatusCode.Created);
        ledger.Acknowledge(made, 0);
    }

    /// <summary>Writes until it is told to stop; the last thing that it asked for is done then.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken ct)
    {
        while (!stop.IsCancellationRequested)
        {
            await (random.Next(100) switch
            {
                < 4 => ToggleTableAsync(ct),
                < 50 when _own.Count < MaxRecords => InsertAsync(ct),
                < 80 when _own.Count > 0 => UpdateAsync(ct),
                _ when _own.Count > 20 => DeleteAsync(ct),
                _ => InsertTogetherAsync(ct),
            });
        }
    }

    private async Task InsertAsync(CancellationToken ct)
    {
        var change = Insertion();
        var entry = ledger.Begin(change);
        var (answer, _) = await PersistAsync(() => client.SendOnceAsync(Records, BodyOf(change), change.Token, ct), ct);
        var id = answer.ShouldBe(HttpStatusCode.Created).RecordId;
        ledger.Acknowledge(entry, id);
        _own[change.Token] = (id, 1);
        await LookAsync(change.Token, ct);
    }

    private async Task InsertTogetherAsync(CancellationToken ct)
    {
        List<Change> changes = [.. Enumerable.Range(0, Together).Select(_ => Insertion())];
        List<int> entries = [.. changes.Select(ledger.Begin)];
        var operations = changes.Select(change => new { op = "create", table = Table, data = BodyOf(change) });
        var (answer, _) = await PersistAsync(() => client.SendOnceAsync($"/api/v1/databases/{Database}/batch", new { operations }, changes[0].Token, ct), ct);
        var results = answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("results");
        for (var i = 0; i < Together; i++)
        {
            var id = results[i].GetProperty("record_id").GetInt64();
            ledger.Acknowledge(entries[i], id);
            _own[changes[i].Token] = (id, 1);
        }
    }

    private async Task UpdateAsync(CancellationToken ct)
    {
        var token = Any();
        var (id, version) = (_own[token].Id, _own[token].Version + 1);
        var entry = ledger.Begin(new Change(ChangeKind.Update, Database, Table, token, version));
        var (answer, _) = await PersistAsync(() => client.PutAsync($"{Records}/{id}", new { version, payload = Payload.Of(token, version) }, ct), ct);
        answer.ShouldBe(HttpStatusCode.OK);
        ledger.Acknowledge(entry, 0);
        _own[token] = (id, version);
        await LookAsync(token, ct);
    }

    private async Task DeleteAsync(CancellationToken ct)
    {
        var token = Any();
        var entry = ledger.Begin(new Change(ChangeKind.Delete, Database, Table, token));
        var (answer, isRepeated) = await PersistAsync(() => client.DeleteAsync($"{Records}/{_own[token].Id}", ct), ct);
        if (!isRepeated || answer.Status != HttpStatusCode.NotFound)
            Assert.True(answer.IsSuccess, $"{answer.Status}: {answer.Body}");
        ledger.Acknowledge(entry, 0);
        _own.Remove(token);
    }

    /// <summary>A schema that changes, so that each server has to find out what the other one did.</summary>
    private async Task ToggleTableAsync(CancellationToken ct)
    {
        var change = new Change(_hasTable ? ChangeKind.DropTable : ChangeKind.CreateTable, Database, $"own_{number}");
        var entry = ledger.Begin(change);
        var (answer, isRepeated) = await PersistAsync(
            () => _hasTable ? client.DeleteAsync($"{Tables}/{change.Table}", ct) : client.PostAsync(Tables, new { table_name = change.Table, columns = _columns }, ct), ct);
        if (!isRepeated || answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Conflict))
            Assert.True(answer.IsSuccess, $"{change}: {answer.Status}: {answer.Body}");
        ledger.Acknowledge(entry, 0);
        _hasTable = !_hasTable;
    }

    private async Task LookAsync(string token, CancellationToken ct)
    {
        var (id, version) = _own[token];
        Answer? found = null;
        for (var isFirst = true; found is null || MayBeAskedAgain(found); isFirst = false)
        {
            if (!isFirst)
                await PauseAsync(ct);
            found = await TryAsync(() => client.GetAsync($"{Records}/{id}", ct), ct);
        }

        Assert.Equal(version, found.ShouldBe(HttpStatusCode.OK).Json.GetProperty("version").GetInt32());
    }

    /// <summary>Asks until there is an answer that settles it.</summary>
    private async Task<(Answer Answer, bool IsRepeated)> PersistAsync(Func<Task<Answer>> send, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        for (var isRepeated = false; ; isRepeated = true)
        {
            if (await TryAsync(send, ct) is { } answer && !MayBeAskedAgain(answer))
            {
                tally.Done(Stopwatch.GetElapsedTime(started), isRepeated);
                return (answer, isRepeated);
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < _patience, $"No success within {_patience}: {tally}");
            await PauseAsync(ct);
        }
    }

    /// <summary>Null when no answer came.</summary>
    private async Task<Answer?> TryAsync(Func<Task<Answer>> send, CancellationToken ct)
    {
        try
        {
            return await send();
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            tally.Broken(e);
            return null;
        }
    }

    private bool MayBeAskedAgain(Answer answer)
    {
        if (answer.Status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable))
            return false;
        Assert.True(answer.Status == HttpStatusCode.BadGateway || answer.RetryAfter is not null, $"{answer.Status} without Retry-After: {answer.Body}");
        tally.Refused(answer);
        return true;
    }

    private Task PauseAsync(CancellationToken ct) => Task.Delay(random.Next(50, 200), ct);

    private Change Insertion() => new(ChangeKind.Insert, Database, Table, $"w{number}-{_records++}", 1);

    private static object BodyOf(Change change) => new { token = change.Token, version = 1, payload = Payload.Of(change.Token, 1) };

    private string Any() => _own.Keys.ElementAt(random.Next(_own.Count));
}
