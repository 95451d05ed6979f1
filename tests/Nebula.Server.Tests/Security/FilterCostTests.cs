using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Filter depth, length and cost capped."</summary>
public sealed class FilterCostTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("length")]
    [InlineData("depth")]
    [InlineData("nots")]
    [InlineData("tests")]
    [InlineData("values")]
    [InlineData("path")]
    public async Task A_filter_beyond_a_cap_is_refused_and_one_within_is_not(string cap)
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        (await ListAsync(shop, Filter(cap, beyond: false))).ShouldBe(200);
        (await ListAsync(shop, Filter(cap, beyond: true))).ShouldBe(400, "invalid_filter");
    }

    [Fact]
    public async Task A_question_that_would_take_too_long_is_stopped_at_its_deadline()
    {
        await using var server = await TestServer.StartAsync(new() { ["NEBULA_QUERY_TIMEOUT_MS"] = "500" });
        var shop = await MusicShop.OpenAsync(server);
        for (var i = 0; i < 8; i++)
            (await shop.Owner.PostAsync(MusicShop.Records("artists"), Enumerable.Range(0, 500).Select(n => new { name = $"{i}{n:D999}", boss_id = 1 }).ToArray())).ShouldBe(201);

        // Each is held against all who have the same boss, by what no index and no hash is for.
        var answer = await shop.Owner.GetAsync($"{MusicShop.Records("artists")}?filter={Uri.EscapeDataString("length(name) < length(boss.minions.name)")}");

        answer.ShouldBe(504, "query_timeout");
        (await shop.Owner.GetAsync($"{MusicShop.Records("artists")}/1")).ShouldBe(200);
    }

    private static Task<Answer> ListAsync(MusicShop shop, string filter) => shop.Owner.GetAsync($"{MusicShop.Records("artists")}?filter={Uri.EscapeDataString(filter)}");

    private static string Filter(string cap, bool beyond)
    {
        var one = beyond ? 1 : 0;
        return cap switch
        {
            "length" => $"name = '{new string('x', 4096 - 9 + one)}'",
            "depth" => $"{new string('(', (beyond ? 33 : 30))}id = 1{new string(')', (beyond ? 33 : 30))}",
            "nots" => $"{string.Concat(Enumerable.Repeat("not ", beyond ? 34 : 30))}id = 1",
            "tests" => string.Join(" or ", Enumerable.Range(0, 100 + one).Select(i => $"id = {i}")),
            "values" => $"id in ({string.Join(',', Enumerable.Range(0, 1000 + one).Select(i => i % 10))})",
            _ => $"{string.Concat(Enumerable.Repeat("boss.", 8 + one))}name = 'x'",
        };
    }
}
