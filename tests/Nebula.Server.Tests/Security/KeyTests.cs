using Microsoft.Extensions.DependencyInjection;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Keys: 256 random bits, shown once, SHA-256 stored, found by prefix, compared in constant time, revoked within a second."</summary>
public sealed class KeyTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_right_prefix_with_a_wrong_secret_opens_nothing()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var other = await shop.Owner.CreateApiKeyAsync("shop");
        var (text, prefix) = (shop.Key.Text, shop.Key.Text[..13]);
        (await shop.Key.GetAsync("/api/v1/health")).ShouldBe(200); // known from here on

        foreach (var wrong in new[]
        {
            prefix, $"{prefix}x", $"{prefix}{new string('A', 43)}", $"{prefix}{other.Text[13..]}", text[..^1], $"{text}x", $"{text}=",
            $"{text} {text}", $"{text},{text}",
            text.ToUpperInvariant(), $"NEB{text[3..]}", $"{prefix}{text[13..].ToLowerInvariant()}x", $"x{text}",
        })
        {
            (await new Visitor(Nebula, $"ApiKey {wrong}").GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        }

        (await shop.Key.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task Keys_have_nothing_in_common()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        var keys = new List<string>();
        for (var i = 0; i < 20; i++)
            keys.Add((await owner.CreateApiKeyAsync("shop")).Text);

        Assert.Equal(20, keys.Select(k => k[4..12]).Distinct().Count());
        Assert.Equal(20, keys.Select(k => k[13..]).Distinct().Count());
    }

    [Fact]
    public async Task A_revoked_key_is_refused_by_the_very_next_request()
    {
        var shop = await Shop.OpenAsync(Nebula);

        for (var i = 0; i < 20; i++)
        {
            var key = await shop.Owner.CreateApiKeyAsync("shop");
            (await key.PostAsync(Shop.Customers, new { name = "x" })).ShouldBe(201);
            (await shop.Owner.DeleteAsync($"/api/v1/account/databases/shop/apikeys/{key.Id}")).ShouldBe(204);

            (await key.PostAsync(Shop.Customers, new { name = "x" })).ShouldBe(401, "unauthenticated");
        }
    }

    [Fact]
    public async Task Nothing_is_written_with_a_key_after_its_revocation_was_answered_however_much_was_under_way()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop");
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                    await key.PostAsync(Shop.Customers, new { name = "x" });
            },
            Ct)).ToArray();
        await Task.Delay(100, Ct);

        (await shop.Owner.DeleteAsync($"/api/v1/account/databases/shop/apikeys/{key.Id}")).ShouldBe(204);

        // What the writer had taken already may still be on its way to disk; after a second nothing may come any more.
        await Task.Delay(TimeSpan.FromSeconds(1), Ct);
        var total = (await shop.Owner.GetAsync(Shop.Customers))["pagination"].Number("total");
        await Task.Delay(200, Ct);
        Assert.Equal(total, (await shop.Owner.GetAsync(Shop.Customers))["pagination"].Number("total"));
        Assert.True(total > 1);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task An_expired_key_is_refused_and_stays_in_the_list()
    {
        var clock = new Clock();
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton<TimeProvider>(clock));
        var shop = await Shop.OpenAsync(server);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "short", expires_at = clock.GetUtcNow().AddMinutes(10) });
        (await key.GetAsync(Shop.Customers)).ShouldBe(200);

        clock.Advance(TimeSpan.FromMinutes(11));

        (await key.GetAsync(Shop.Customers)).ShouldBe(401, "unauthenticated");
        (await shop.Key.GetAsync(Shop.Customers)).ShouldBe(200);
        Assert.Contains("short", (await shop.Owner.GetAsync("/api/v1/account/databases/shop/apikeys")).Body, StringComparison.Ordinal);
        (await shop.Owner.PatchAsync($"/api/v1/account/databases/shop/apikeys/{key.Id}", new { expires_at = clock.GetUtcNow().AddMinutes(10) })).ShouldBe(200);
        (await key.GetAsync(Shop.Customers)).ShouldBe(200);
    }

    [Fact]
    public async Task Unknown_wrong_revoked_and_expired_are_one_answer()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.DeleteAsync("/api/v1/account/databases/shop/apikey");
        var revoked = await shop.Key.GetAsync("/api/v1/health");
        var unknown = await new Visitor(Nebula, "ApiKey neb_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").GetAsync("/api/v1/health");
        var garbage = await new Visitor(Nebula, "ApiKey x").GetAsync("/api/v1/health");
        var living = await shop.Owner.CreateApiKeyAsync("shop");
        var wrong = await new Visitor(Nebula, $"ApiKey {living.Text[..^2]}AA").GetAsync("/api/v1/health");

        Assert.Equal(revoked.Text("error"), unknown.Text("error"));
        Assert.Equal(revoked.Text("error"), wrong.ShouldBe(401, "unauthenticated").Text("error"));
        Assert.Equal(revoked.Text("error"), garbage.Text("error"));
        Assert.Equal(revoked.Header("WWW-Authenticate"), unknown.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Only_the_hash_of_a_key_and_of_a_password_is_stored()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        await shop.Key.GetAsync(Shop.Customers);
        await server.StopAsync();

        foreach (var (place, bytes) in await StoredAsync(server))
        {
            foreach (var secret in new[] { shop.Key.Text[13..], shop.Owner.Password, shop.Owner.Token.Split('.')[2] })
                Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) < 0, $"{place} holds a secret.");
        }
    }

    /// <summary>Everything that a server wrote down: its files, and on PostgreSQL what is in its tables.</summary>
    private static async Task<IReadOnlyList<(string Place, byte[] Bytes)>> StoredAsync(TestServer server)
    {
        var stored = new List<(string, byte[])>();
        foreach (var file in Directory.GetFiles(server.DataDirectory, "*", SearchOption.AllDirectories))
            stored.Add((Path.GetFileName(file), await File.ReadAllBytesAsync(file, Ct)));
        if (server.Database is { } database)
        {
            var tables = await database.ColumnAsync("SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')", Ct);
            Assert.NotEmpty(tables);
            foreach (var table in tables)
            {
                var rows = await database.ColumnAsync($"SELECT t::text FROM {table} t", Ct);
                stored.Add((table, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows))));
            }
        }

        return stored;
    }
}
