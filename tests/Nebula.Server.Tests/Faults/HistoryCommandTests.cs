using System.Globalization;
using System.Net;
using Nebula.Core;

namespace Nebula.Server.Tests.Faults;

/// <summary>Bringing databases back to a moment by command, through a running server and alone.</summary>
[Collection<FaultCollection>]
public sealed class HistoryCommandTests : IDisposable
{
    private const string Database = "owner@example.com/shop";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Workspace _workspace = new();
    private int _inserted;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Place => Path.Combine(_workspace.Root, "kept");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_database_comes_back_beside_itself_and_everything_into_an_empty_directory()
    {
        DateTimeOffset at;
        await using (var server = await ServerProcess.StartAsync(Start(_workspace.Data), Ct))
        {
            using var client = await Client.SignUpAsync(server.Address, Ct);
            await client.CreateDatabaseAsync("shop", Ct);
            await InsertAsync(client, "shop", 5);
            await IsCoveredAsync("1");
            await IsCoveredAsync("metadata");
            await InsertAsync(client, "shop", 3);
            at = DateTimeOffset.UtcNow;
            await Task.Delay(20, Ct);
            await InsertAsync(client, "shop", 3);
            var before = DateTimeOffset.UtcNow;
            await InsertAsync(client, "shop", 1);
            await IsShippedAsync(before);

            var restored = await RunAsync(_workspace.Data, "restore", "--at", Timestamps.ToText(at), "--database", Database, "--as", "before");
            Assert.True(restored.ExitCode == 0, restored.Errors);
            Assert.StartsWith("Restored 1 database, as of the last commit before the moment, at 20", restored.Output, StringComparison.Ordinal);
            (await client.InsertAsync("before", "one more", Ct)).ShouldBe(HttpStatusCode.Created);
            var taken = await RunAsync(_workspace.Data, "restore", "--at", Timestamps.ToText(at), "--database", Database, "--as", "before");
            Assert.Equal(1, taken.ExitCode);
            Assert.Contains("has a database 'before' already", taken.Errors, StringComparison.Ordinal);
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.Equal(8 + 1, Rows("before"));
        Assert.Equal(12, Rows("shop"));
        Directory.Delete(_workspace.Data, recursive: true);
        var all = await RunAsync(_workspace.Data, "restore", "--at", Timestamps.ToText(at));
        Assert.True(all.ExitCode == 0, all.Errors);
        Assert.Equal(8, Rows("shop"));
        await using var again = await ServerProcess.StartAsync(Start(_workspace.Data), Ct);
        using var returning = await EnterAsync(again, isFirst: false);
        (await returning.InsertAsync("shop", "after", Ct)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task After_kills_at_any_moment_everything_acknowledged_comes_back_from_the_place_alone()
    {
        var acknowledged = 0;
        var random = new Random(7);
        for (var round = 0; round < 5; round++)
        {
            await using var server = await ServerProcess.StartAsync(Start(_workspace.Data), Ct);
            using var client = await EnterAsync(server, isFirst: round == 0);
            var killing = server.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(500, 4000)), Ct);
            try
            {
                while (!killing.IsCompleted)
                {
                    (await client.InsertAsync("shop", $"token {_inserted++}", Ct)).ShouldBe(HttpStatusCode.Created);
                    acknowledged++;
                }
            }
            catch (HttpRequestException)
            {
                // Killed.
            }

            await killing;
        }

        await using (var server = await ServerProcess.StartAsync(Start(_workspace.Data), Ct))
        {
            using var client = await EnterAsync(server, isFirst: false);
            await InsertAsync(client, "shop", 1);
            await IsCoveredAsync("1");
            await IsCoveredAsync("metadata");
            Assert.Equal(0, await server.StopAsync());
        }

        Directory.Delete(_workspace.Data, recursive: true);
        var all = await RunAsync(_workspace.Data, "restore", "--at", Timestamps.ToText(DateTimeOffset.UtcNow));
        Assert.True(all.ExitCode == 0, all.Errors);
        Assert.InRange(Rows("shop"), acknowledged + 1, _inserted);
    }

    [Fact]
    public async Task Moments_shortly_before_a_kill_are_restored_as_they_were()
    {
        var moments = new List<(DateTimeOffset At, int Count)>();
        for (var round = 0; round < 3; round++)
        {
            await using var server = await ServerProcess.StartAsync(Start(_workspace.Data), Ct);
            using var client = await EnterAsync(server, isFirst: round == 0);
            await InsertAsync(client, "shop", 1);
            await IsCoveredAsync("1");
            for (var i = 0; i < 3; i++)
            {
                await InsertAsync(client, "shop", 1);
                await Task.Delay(5, Ct);
                moments.Add((DateTimeOffset.UtcNow, _inserted));
                await Task.Delay(15, Ct);
            }

            await server.KillAfterAsync(TimeSpan.Zero, Ct); // less than an interval after most
        }

        await using var last = await ServerProcess.StartAsync(Start(_workspace.Data), Ct);
        using var returning = await EnterAsync(last, isFirst: false);
        var before = DateTimeOffset.UtcNow;
        await InsertAsync(returning, "shop", 1); // opens it
        await IsShippedAsync(before);
        for (var i = 0; i < moments.Count; i++)
        {
            var restored = await RunAsync(_workspace.Data, "restore", "--at", Timestamps.ToText(moments[i].At), "--database", Database, "--as", $"moment_{i}");
            Assert.True(restored.ExitCode == 0, restored.Errors);
        }

        Assert.Equal(0, await last.StopAsync());
        Assert.Equal(moments.Select(m => (long)m.Count), Enumerable.Range(0, moments.Count).Select(i => Rows($"moment_{i}")));
    }

    [Theory]
    [InlineData(2, "is no moment", "restore", "--at", "yesterday")]
    [InlineData(2, "is no moment", "restore", "--at", "2026-01-31T23:59:59")]
    [InlineData(2, "needs a name of its own", "restore", "--at", "2026-01-31T23:59:59Z", "--database", "a@b.example/c")]
    [InlineData(1, "There is no account", "restore", "--at", "2026-01-31T23:59:59Z", "--database", "a@b.example/c", "--as", "d")]
    [InlineData(2, "for the restoring of one database", "restore", "--at=2026-01-31T23:59:59Z", "--as", "d")]
    [InlineData(1, "There is no history of the metadata", "restore", "--at", "2026-01-31T23:59:59.25+02:00", "--from", "nowhere")]
    [InlineData(2, "there is no option '--overwrite'", "restore", "--at", "2026-01-31T23:59:59Z", "--overwrite")]
    public async Task What_is_wrong_is_said(int code, string message, params string[] arguments)
    {
        var (exit, output, errors) = await RunAsync(_workspace.Data, arguments is [.., "nowhere"] ? [.. arguments[..^1], Path.Combine(_workspace.Root, "nowhere")] : arguments);

        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(code, exit);
        Assert.Empty(output);
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string data, params string[] arguments)
    {
        if (arguments.Contains("--database") && !Directory.Exists(data))
        {
            await using var server = await ServerProcess.StartAsync(Start(data), Ct); // so that there are data
        }

        return await ServerProcess.RunAsync(Start(data), arguments, Ct);
    }

    private ServerStart Start(string data) => new(data)
    {
        Variables = new Dictionary<string, string> { ["NEBULA_POINT_IN_TIME"] = "on", ["NEBULA_POINT_IN_TIME_INTERVAL_SECONDS"] = "1", ["NEBULA_BACKUP_TARGET"] = Place },
    };

    /// <summary>The owner of the database, who makes both the first time.</summary>
    private static async Task<Client> EnterAsync(ServerProcess server, bool isFirst)
    {
        if (!isFirst)
        {
            var returning = new Client(server.Address);
            await returning.LogInAsync("owner@example.com", Client.Password, Ct);
            return returning;
        }

        var owner = await Client.SignUpAsync(server.Address, Ct);
        await owner.CreateDatabaseAsync("shop", Ct);
        return owner;
    }

    private async Task InsertAsync(Client client, string database, int records)
    {
        for (var i = 0; i < records; i++)
            (await client.InsertAsync(database, $"token {_inserted++}", Ct)).ShouldBe(HttpStatusCode.Created);
    }

    private Task IsCoveredAsync(string database) => IsTrueAsync(() => Directory.Exists(Path.Combine(Place, "wal", "about", database)) && Directory.EnumerateFiles(Path.Combine(Place, "wal", "about", database)).Any());

    private Task IsShippedAsync(DateTimeOffset after) =>
        IsTrueAsync(() => Directory.EnumerateFiles(Path.Combine(Place, "wal", "1"), "*", SearchOption.AllDirectories).Any(f => File.GetLastWriteTimeUtc(f) > after.UtcDateTime));

    private static async Task IsTrueAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, "Waited in vain.");
            await Task.Delay(50, Ct);
        }
    }

    private long Rows(string database)
    {
        var file = Directory.EnumerateFiles(_workspace.Data, $"{database}.db", SearchOption.AllDirectories).Single();
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\'";
        var table = (string)command.ExecuteScalar()!; // there is one
        command.CommandText = $"SELECT count(*) FROM \"{table}\"";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
