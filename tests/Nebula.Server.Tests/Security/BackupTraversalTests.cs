using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>Ids of backups come from outside, and never lead out of the place where the backups of a database are.</summary>
public sealed class BackupTraversalTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData("..%2f..%2fbackups")]
    [InlineData("..%2F..%2F..%2Fmetadata.db")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("20260101t000000z-00000000%2f..%2f..")]
    [InlineData("20260101t000000z-00000000%00")]
    [InlineData("20260101T000000Z-00000000")]
    [InlineData("20260101t000000z-0000000g")]
    public async Task An_id_that_is_none_finds_and_removes_nothing(string id)
    {
        var shop = await (await Shop.OpenAsync(Nebula)).BackUpAsync();
        var before = Files();

        foreach (var (method, ending, body) in new (string, string, object?)[] { ("GET", "", null), ("GET", "/file", null), ("POST", "/restore", new { db_name = "copy" }), ("DELETE", "", null) })
        {
            var answer = await shop.Owner.SendAsync(method, $"/api/v1/account/databases/shop/backups/{id}{ending}", body);
            Assert.Contains(answer.Status, new[] { 400, 404, 405 });
        }

        Assert.Equal(before, Files().Intersect(before));
        (await shop.Owner.GetAsync($"/api/v1/account/databases/shop/backups/{shop.BackupId}")).ShouldBe(200);
    }

    private IReadOnlyList<string> Files() => [.. Directory.GetFiles(Path.Combine(Nebula.DataDirectory, "backups"), "*.db", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
