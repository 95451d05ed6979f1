using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class LostUpdateTests(SharedServer shared) : ServerTests(shared)
{
    private const int Cycles = 1000;

    [Fact]
    public async Task A_thousand_cycles_of_reading_and_changing_with_If_Match_count_to_a_thousand()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("hits INTEGER");
        var counter = $"{records}/{await owner.AddAsync(records, new { hits = 0 })}";

        await Parallel.ForEachAsync(Enumerable.Range(0, Cycles), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Ct }, async (_, _) =>
        {
            while (true)
            {
                var read = (await owner.GetAsync(counter)).ShouldBe(200);
                var changed = await owner.PatchAsync(counter, new { hits = read.Number("hits") + 1 }, ("If-Match", read.Etag));
                if (changed.Status == 200)
                    return;
                changed.ShouldBe(412, "precondition_failed");
            }
        });

        Assert.Equal(Cycles, (await owner.GetAsync(counter)).Number("hits"));
    }
}
