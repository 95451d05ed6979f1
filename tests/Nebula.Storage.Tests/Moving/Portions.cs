using Nebula.Storage.Moving;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>What every engine promises of the changes that a snapshot gives.</summary>
internal static class Portions
{
    /// <param name="table">With a column <c>v</c>, of a database that is not being moved yet.</param>
    public static async Task AssertAsync(IMoveSource source, TestTable table)
    {
        var ct = TestContext.Current.CancellationToken;
        await source.BeginAsync(ct);
        string before;
        await using (var earlier = await source.OpenSnapshotAsync(ct))
            before = earlier.Position;
        for (var i = 0; i < 25; i++)
            await table.UpdateAsync((await table.AddAsync($$"""{"v": {{i}}}""")).Id, """{"v": 100}""").Succeeds();

        await using var snapshot = await source.OpenSnapshotAsync(ct);
        for (var again = 0; again < 2; again++)
        {
            var (sizes, keys) = (new List<long>(), new List<long>());
            await foreach (var portion in snapshot.ReadChangesAsync(before, 10, ct))
            {
                sizes.Add(portion.Count);
                keys.AddRange(Assert.Single(portion.Keys).Value.Select(k => k.Integer));
            }

            Assert.Equal([10, 10, 5], sizes);
            Assert.Equal(Enumerable.Range(1, 25).Select(i => (long)i), keys.Order());
        }
    }
}
