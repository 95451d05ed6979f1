using System.Net;
using System.Text.RegularExpressions;
using Nebula.Server.Tests.S3;
using Nebula.Storage.Tests.Postgres;

namespace Nebula.Server.Tests.Faults;

/// <summary>The commands about backups, through a running server and alone.</summary>
[Collection<FaultCollection>]
public sealed partial class BackupCommandTests : IDisposable
{
    private const string Database = "owner@example.com/shop";

    private readonly Workspace _workspace = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Place => Path.Combine(_workspace.Root, "kept");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Everything_is_backed_up_by_the_running_server_and_restored_into_an_empty_directory()
    {
        Client client;
        string id;
        await using (var server = await ServerProcess.StartAsync(_workspace.Start(), Ct))
        {
            client = await FillAsync(server, 30);
            var (code, output, errors) = await RunAsync("backup", "--to", Place);
            Assert.True(code == 0, errors);
            id = Backup().Match(output).Value;
            Assert.Matches(@"^Backed up as \S+: all, 1 databases, 30 records, [\d,]+ bytes, from sqlite, verified\.\s*$", output);
            Assert.Contains("backing up and verifying", errors, StringComparison.Ordinal);
            Assert.Equal(0, await server.StopAsync());
        }

        var listed = await RunAsync("backups", "--from", Place);
        Assert.StartsWith($"{id}  all, 1 databases, 30 records", listed.Output, StringComparison.Ordinal);
        Assert.StartsWith($"{id} is whole: all, 1 databases", (await RunAsync("verify", id, "--from", Place)).Output, StringComparison.Ordinal);

        var empty = new ServerStart(Path.Combine(_workspace.Root, "empty"));
        var restored = await ServerProcess.RunAsync(empty, ["restore", id, "--from", Place], Ct);
        Assert.True(restored.ExitCode == 0, restored.Errors);
        Assert.Equal("Restored 1 databases with 30 records and 1 accounts.", restored.Output.Trim());
        await using var again = await ServerProcess.StartAsync(empty, Ct);
        using var returning = await LogInAsync(again);
        (await returning.InsertAsync("shop", "after", Ct)).ShouldBe(HttpStatusCode.Created);
        client.Dispose();
    }

    [Fact]
    public async Task Everything_is_restored_through_a_running_server_that_is_empty()
    {
        string id;
        await using (var server = await ServerProcess.StartAsync(_workspace.Start(), Ct))
        {
            (await FillAsync(server, 3)).Dispose();
            id = Backup().Match((await RunAsync("backup", "--to", Place)).Output).Value;
        }

        var empty = new ServerStart(Path.Combine(_workspace.Root, "empty"));
        await using var running = await ServerProcess.StartAsync(empty, Ct);
        Assert.Equal(0, (await ServerProcess.RunAsync(empty, ["restore", id, "--from", Place], Ct)).ExitCode);

        using var returning = await LogInAsync(running);
        (await returning.InsertAsync("shop", "after", Ct)).ShouldBe(HttpStatusCode.Created);
        var twice = await ServerProcess.RunAsync(empty, ["restore", id, "--from", Place], Ct);
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("has accounts already", twice.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_with_a_damaged_database_is_restored_without_it_when_that_is_wanted()
    {
        await using (var server = await ServerProcess.StartAsync(_workspace.Start(), Ct))
        {
            using var client = await FillAsync(server, 3);
            await client.CreateDatabaseAsync("other", Ct);
            (await client.InsertAsync("other", "kept", Ct)).ShouldBe(HttpStatusCode.Created);
        }

        var id = Backup().Match((await RunAsync("backup", "--to", Place)).Output).Value;
        File.WriteAllText(Directory.GetFiles(Path.Combine(Place, "backups", id, "databases")).Order(StringComparer.Ordinal).First(), "no database");
        var empty = new ServerStart(Path.Combine(_workspace.Root, "empty"));

        var refused = await ServerProcess.RunAsync(empty, ["restore", id, "--from", Place], Ct);
        var restored = await ServerProcess.RunAsync(empty, ["restore", id, "--from", Place, "--skip-damaged"], Ct);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--skip-damaged restores everything else", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, restored.ExitCode);
        Assert.Equal("Restored 1 databases with 1 records and 1 accounts.", restored.Output.Trim());
        Assert.Matches(@"not restored: owner@example\.com/shop: \S+ is damaged", restored.Errors);
        await using var again = await ServerProcess.StartAsync(empty, Ct);
        using var returning = await LogInAsync(again);
        (await returning.InsertAsync("other", "after", Ct)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_command_that_does_not_reach_the_server_does_nothing_beside_it()
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), Ct);
        (await FillAsync(server, 1)).Dispose();
        File.Delete(Path.Combine(_workspace.Start().DataDirectory, "nebula.sock"));

        var (code, output, errors) = await RunAsync("backup", "--to", Place);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"in use by process {server.Id}", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Place));
    }

    [Fact]
    public async Task One_database_is_backed_up_alone_and_comes_back_under_another_name_or_over_itself()
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), Ct);
        using var client = await FillAsync(server, 5);
        var made = await RunAsync("backup", Database);
        var id = Backup().Match(made.Output).Value;
        Assert.Contains($"{Database}, 5 records", made.Output, StringComparison.Ordinal);
        (await client.InsertAsync("shop", "later", Ct)).ShouldBe(HttpStatusCode.Created);

        var taken = await RunAsync("restore", id, "--database", Database);
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains("has a database 'shop' already", taken.Errors, StringComparison.Ordinal);

        Assert.Equal("Restored 1 databases with 5 records.", (await RunAsync("restore", id, "--database", Database, "--as", "copy")).Output.Trim());
        Assert.Equal(0, (await RunAsync("restore", id, "--database", Database, "--overwrite")).ExitCode);
        (await client.InsertAsync("copy", "first", Ct)).ShouldBe(HttpStatusCode.Created);
        (await client.InsertAsync("shop", "first", Ct)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Backups_with_a_key_need_it_and_say_so()
    {
        var key = ("NEBULA_BACKUP_KEY", Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()));
        var other = ("NEBULA_BACKUP_KEY", Convert.ToBase64String(Enumerable.Repeat((byte)8, 32).ToArray()));
        await using (var server = await ServerProcess.StartAsync(_workspace.Start(key), Ct))
            (await FillAsync(server, 2)).Dispose();
        var made = await ServerProcess.RunAsync(_workspace.Start(key), ["backup"], Ct);
        var id = Backup().Match(made.Output).Value;
        Assert.True(made.ExitCode == 0, made.Errors);

        Assert.Equal(0, (await ServerProcess.RunAsync(_workspace.Start(key), ["verify", id], Ct)).ExitCode);
        var wrong = await ServerProcess.RunAsync(_workspace.Start(other), ["verify", id], Ct);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("another key than NEBULA_BACKUP_KEY", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("no NEBULA_BACKUP_KEY is given", (await RunAsync("verify", id)).Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Item2, made.Output + made.Errors + wrong.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "there is no option '--too'", "backup", "--too", "x")]
    [InlineData(2, "is one argument too many", "backup", "a@b/c", "d")]
    [InlineData(2, "the id of a backup is missing", "verify")]
    [InlineData(2, "is no id of a backup", "verify", "../../etc/passwd")]
    [InlineData(1, "There is no backup", "verify", "20260131t235959z-0a1b2c3d")]
    [InlineData(2, "'--overwrite' takes no value", "restore", "20260131t235959z-0a1b2c3d", "--overwrite=yes")]
    [InlineData(2, "are for the restoring of one database", "restore", "20260131t235959z-0a1b2c3d", "--overwrite")]
    [InlineData(2, "is for the restoring of everything", "restore", "20260131t235959z-0a1b2c3d", "--database", "a@b/c", "--skip-damaged")]
    [InlineData(2, "is one argument too many", "backups", "all")]
    [InlineData(1, "There is no account", "backup", "nobody@example.com/shop")]
    [InlineData(2, "A database is named by", "backup", "shop")]
    public async Task What_is_wrong_with_a_command_is_said(int code, string message, params string[] arguments)
    {
        await using (await ServerProcess.StartAsync(_workspace.Start(), Ct))
        {
            // So that there are data.
        }

        var (exit, output, errors) = await RunAsync(arguments);

        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(code, exit);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_backup_of_files_is_restored_into_a_PostgreSQL()
    {
        await using (var server = await ServerProcess.StartAsync(_workspace.Start(), Ct))
            (await FillAsync(server, 4)).Dispose();
        var id = Backup().Match((await RunAsync("backup", "--to", Place)).Output).Value;

        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        var postgres = _workspace.Start(("NEBULA_STORAGE", "postgres"), ("DATABASE_URL", database.Url), ("JWT_SECRET", "k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3"));
        var nowhere = await ServerProcess.RunAsync(postgres, ["restore", id], Ct);
        Assert.Contains("NEBULA_BACKUP_TARGET", nowhere.Errors, StringComparison.Ordinal);
        var restored = await ServerProcess.RunAsync(postgres, ["restore", id, "--from", Place], Ct);

        Assert.True(restored.ExitCode == 0, restored.Errors);
        await using var again = await ServerProcess.StartAsync(postgres, Ct);
        using var returning = await LogInAsync(again);
        (await returning.InsertAsync("shop", "after", Ct)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_bucket_keeps_backups_as_a_directory_does()
    {
        await using var bucket = await S3Server.StartAsync(Ct);
        var start = _workspace.Start([.. bucket.Variables, ("NEBULA_BACKUP_KEY", Convert.ToBase64String(new byte[32]))]);
        await using (var server = await ServerProcess.StartAsync(start, Ct))
        {
            (await FillAsync(server, 7)).Dispose();
            var made = await ServerProcess.RunAsync(start, ["backup"], Ct);
            Assert.True(made.ExitCode == 0, made.Errors);
        }

        var id = Backup().Match((await ServerProcess.RunAsync(start, ["backups"], Ct)).Output).Value;
        Assert.Equal(0, (await ServerProcess.RunAsync(start, ["verify", id], Ct)).ExitCode);
        var restored = await ServerProcess.RunAsync(start with { DataDirectory = Path.Combine(_workspace.Root, "empty") }, ["restore", id], Ct);
        Assert.Equal("Restored 1 databases with 7 records and 1 accounts.", restored.Output.Trim());
        var without = await ServerProcess.RunAsync(_workspace.Start(), ["backup", "--to", "s3://bucket/x"], Ct);
        Assert.Equal(2, without.ExitCode);
        Assert.Contains("AWS_ACCESS_KEY_ID", without.Errors, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => ServerProcess.RunAsync(_workspace.Start(), arguments, Ct);

    private static async Task<Client> LogInAsync(ServerProcess server)
    {
        var client = new Client(server.Address);
        await client.LogInAsync("owner@example.com", Client.Password, Ct);
        return client;
    }

    private static async Task<Client> FillAsync(ServerProcess server, int records)
    {
        var client = await Client.SignUpAsync(server.Address, Ct);
        await client.CreateDatabaseAsync("shop", Ct);
        for (var i = 0; i < records; i++)
            (await client.InsertAsync("shop", $"token {i}", Ct)).ShouldBe(HttpStatusCode.Created);
        return client;
    }

    [GeneratedRegex(@"\d{8}t\d{6}z-[0-9a-f]{8}")]
    private static partial Regex Backup();
}
