using System.Net;
using System.Text.Json;

namespace Nebula.Server.Tests.Faults.Upgrade;

/// <summary>A program and a person that used v0.2 come back after the server was replaced.</summary>
[Collection<FaultCollection>]
public sealed class UpgradeTests : IDisposable
{
    private static readonly string _records = Client.RecordsOf("shop", "customers");

    private readonly Workspace _workspace = new();

    private string Metadata => Path.Combine(_workspace.Data, "metadata.db");

    [Fact]
    public async Task The_old_password_logs_in_and_its_hash_is_replaced()
    {
        var ct = TestContext.Current.CancellationToken;
        V02Data.Write(_workspace.Data);
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = new Client(server.Address);
        Assert.StartsWith("$2", Hash(), StringComparison.Ordinal);

        (await client.PostAsync("/auth/login", new { email = V02Data.Email, password = "not the password" }, ct)).ShouldBe(HttpStatusCode.Unauthorized);
        Assert.StartsWith("$2", Hash(), StringComparison.Ordinal);

        await client.LogInAsync(V02Data.Email, V02Data.Password, ct);
        Assert.StartsWith("$argon2id$", Hash(), StringComparison.Ordinal);
        await client.LogInAsync(V02Data.Email.ToLowerInvariant(), V02Data.Password, ct);

        var user = (await client.GetAsync("/api/v1/account/user/me", ct)).ShouldBe(HttpStatusCode.OK).Body;
        Assert.Contains($"{V02Data.Account}", user, StringComparison.Ordinal);
        Assert.Contains("2024-03-01T12:34:56.000Z", user, StringComparison.Ordinal);
        var database = (await client.GetAsync("/api/v1/databases", ct)).Json.GetProperty("databases")[0];
        Assert.Equal(V02Data.DatabaseId, database.GetProperty("databaseId").GetInt64());
        Assert.Equal("2024-03-02T01:02:03.000Z", database.GetProperty("createdAt").GetString());
        Assert.Equal(1, database.GetProperty("tables").GetInt32());
    }

    [Fact]
    public async Task The_old_key_reads_the_old_records_and_writes_new_ones()
    {
        var ct = TestContext.Current.CancellationToken;
        V02Data.Write(_workspace.Data);
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = new Client(server.Address, $"ApiKey {V02Data.Key}");

        var (old, total) = await client.ListAllAsync("shop", "customers", ct);
        var inserted = (await client.PostAsync(_records, new { name = "Cyd", age = 41, active = true }, ct)).ShouldBe(HttpStatusCode.Created);
        (await client.PutAsync($"{_records}/2", new { age = 50 }, ct)).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(2, total);
        ShouldBe(old[0], """{"id":1,"name":"Ada","age":36,"active":true,"created_at":"2024-03-03T04:05:06.000Z"}""");
        ShouldBe(old[1], """{"id":2,"name":"Bob","age":null,"active":false,"created_at":"2024-03-03T04:05:07.000Z"}""");
        Assert.Equal(4, inserted.RecordId); // 3 was given to a record that was deleted
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", inserted.Json.GetProperty("record").GetProperty("created_at").GetString()!);
        Assert.Equal(3, (await client.ListAllAsync("shop", "customers", ct)).Total);
        ShouldBe((await client.GetAsync($"{_records}/2", ct)).Json, """{"id":2,"name":"Bob","age":50,"active":false,"created_at":"2024-03-03T04:05:07.000Z"}""");

        await server.StopAsync();
        Assert.DoesNotContain(V02Data.Key, ReadText(Metadata), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_that_is_killed_again_and_again_still_ends_well()
    {
        var ct = TestContext.Current.CancellationToken;
        V02Data.Write(_workspace.Data);
        for (var delay = 60; delay <= 600; delay += 60)
        {
            await using var interrupted = ServerProcess.Launch(_workspace.Start());
            await interrupted.KillAfterAsync(TimeSpan.FromMilliseconds(delay), ct);
        }

        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = new Client(server.Address, $"ApiKey {V02Data.Key}");
        Assert.Equal(2, (await client.ListAllAsync("shop", "customers", ct)).Total);
        await client.LogInAsync(V02Data.Email, V02Data.Password, ct);
        Assert.Empty(SqliteFile.Problems(_workspace.Copy(Metadata)));
    }

    public void Dispose() => _workspace.Dispose();

    private static void ShouldBe(JsonElement record, string expected) => Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), record), record.ToString());

    private static string ReadText(string file) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));

    private string Hash()
    {
        using var metadata = SqliteFile.Open(_workspace.Copy(Metadata));
        return Assert.Single(metadata.Texts("SELECT password_hash FROM users"));
    }
}
