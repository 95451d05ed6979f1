using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Security;

/// <summary>However many send or read slowly: large bodies and answers hold a bounded part of the memory, and what is small is served beside them.</summary>
public sealed class HeldMemoryTests
{
    private const int Bound = 1_000_000;
    private const int Large = 500_000;
    private const int Pages = 40;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_never_comes_to_an_end_leaves_others_what_it_does_not_hold()
    {
        await using var server = await StartAsync();
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();
        using var slow = await server.ConnectAsync();
        await slow.SendAsync(RawConnection.Head("POST", records, owner, "Connection: close", "Content-Type: application/json", "Content-Length: 900012") + $"{{\"name\": \"{new string('x', 800_000)}");

        await UntilHeldAsync(server, 800_000);

        var refused = (await owner.PostAsync(records, new { name = new string('y', Large) })).ShouldBe(503, "busy");

        Assert.Equal("1", refused.Header("Retry-After"));
        (await owner.PostAsync(records, new { name = "small" })).ShouldBe(201);

        await slow.SendAsync($"{new string('x', 100_000)}\"}}");
        Assert.StartsWith("HTTP/1.1 201 ", await slow.ReadToEndAsync(), StringComparison.Ordinal);
        await UntilAsync(() => owner.PostAsync(records, new { name = new string('y', Large) }), 201);
    }

    [Fact]
    public async Task What_is_only_announced_is_not_counted()
    {
        await using var server = await StartAsync();
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();
        using var slow = await server.ConnectAsync();
        await slow.SendAsync(RawConnection.Head("POST", records, owner, "Content-Type: application/json", "Content-Length: 5000000") + $"{{\"name\": \"{new string('x', 10_000)}");

        for (var i = 0; i < 3; i++)
            (await owner.PostAsync(records, new { name = new string('y', Large) })).ShouldBe(201);
    }

    [Fact]
    public async Task A_page_that_nobody_reads_leaves_others_what_it_does_not_hold()
    {
        await using var server = await StartAsync();
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();
        for (var i = 0; i < Pages; i++)
            (await owner.PostAsync(records, new { name = new string('y', Large) })).ShouldBe(201);
        var page = $"{records}?limit={Pages}&count=none";
        using (var slow = await server.ConnectAsync())
        {
            await slow.SendAsync(RawConnection.Head("GET", page, owner));
            await UntilHeldAsync(server, Pages * Large);

            foreach (var large in new[] { page, $"{records}/1", $"{records}/1?fields=%22name%22", $"{records.Replace("/records", "/aggregate", StringComparison.Ordinal)}?select=count()&group=name" })
                (await owner.GetAsync(large)).ShouldBe(503, "busy");
            Assert.Equal(Pages, (await owner.GetAsync($"{records}?fields=id&limit={Pages}")).ShouldBe(200).Json.List("records").Count());
        }

        Assert.Equal(Pages, (await UntilAsync(() => owner.GetAsync(page), 200)).Json.List("records").Count());
    }

    [Fact]
    public async Task A_large_body_is_to_be_sent_within_two_minutes()
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton(new HeldMemory(Bound, clock)));
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();
        using var slow = await server.ConnectAsync();
        await slow.SendAsync(RawConnection.Head("POST", records, owner, "Connection: close", "Content-Type: application/json", "Content-Length: 900012") + $"{{\"name\": \"{new string('x', 800_000)}");
        await UntilHeldAsync(server, 800_000);

        clock.Advance(TimeSpan.FromSeconds(119));
        await slow.SendAsync(new string('x', 50_000));
        await UntilHeldAsync(server, 850_000);
        clock.Advance(TimeSpan.FromSeconds(2));

        var refused = await slow.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 400 ", refused, StringComparison.Ordinal);
        Assert.Contains("The body came too slowly.", refused, StringComparison.Ordinal);
        Assert.Equal(0, server.Services.GetRequiredService<HeldMemory>().Held);
        Assert.Empty((await owner.GetAsync(records)).ShouldBe(200).Json.List("records"));
    }

    [Fact]
    public void One_account_holds_half_of_it_at_most_and_one_request_as_much_as_it_likes()
    {
        var memory = new HeldMemory(Bound, TimeProvider.System);
        var (one, other) = (new AccountCaller(UserId.New(TimeProvider.System), new Revocation()), new AccountCaller(UserId.New(TimeProvider.System), new Revocation()));
        using (var first = memory.Begin(one))
        {
            Assert.True(first.TryTake(Bound / 4));
            using var second = memory.Begin(one);
            Assert.True(second.TryTake(Bound / 4));
            Assert.False(second.TryTake(1));
            using var third = memory.Begin(other);
            Assert.True(third.TryTake(Bound / 2));
            Assert.False(third.TryTake(1));
        }

        using var alone = memory.Begin(one);
        Assert.True(alone.TryTake(2 * Bound));
        alone.Dispose();
        Assert.Equal(0, memory.Held);
    }

    [Theory]
    [InlineData(60_000, 240)]
    [InlineData(12_000_000, 100_000)]
    public void A_large_answer_is_to_be_read_within_two_minutes(int length, double bytesPerSecond)
    {
        var http = new DefaultHttpContext();
        var rate = new Rate();
        http.Features.Set<IHttpMinResponseDataRateFeature>(rate);
        http.Features.Set(new RequestState(new HeldMemory(Bound, TimeProvider.System)));

        Api.Http.Answer.Begin(http, 200, length);

        Assert.Equal(bytesPerSecond, rate.MinDataRate?.BytesPerSecond);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(new() { ["NEBULA_MAX_HELD_BYTES"] = Bound.ToString(CultureInfo.InvariantCulture) });

    private static async Task UntilHeldAsync(TestServer server, long bytes)
    {
        var memory = server.Services.GetRequiredService<HeldMemory>();
        for (var i = 0; memory.Held < bytes; i++)
        {
            Assert.True(i < 400, $"{memory.Held} bytes are held.");
            await Task.Delay(50, Ct);
        }
    }

    /// <summary>What another connection no longer holds is free a little later.</summary>
    private static async Task<Infrastructure.Answer> UntilAsync(Func<Task<Infrastructure.Answer>> ask, int status)
    {
        for (var i = 0; ; i++)
        {
            var answer = await ask();
            if (answer.Status == status || i == 200)
                return answer.ShouldBe(status);
            await Task.Delay(50, Ct);
        }
    }

    private sealed class Rate : IHttpMinResponseDataRateFeature
    {
        public MinDataRate? MinDataRate { get; set; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
