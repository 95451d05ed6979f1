using Nebula.Api.Authentication;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Hashing bounded to cores − 1 at once so that logins can't starve the API."</summary>
public sealed class StarvationTests
{
    [Fact]
    public async Task A_crowd_that_logs_in_does_not_keep_others_from_their_records()
    {
        await using var server = await TestServer.StartAsync([], cost: PasswordCost.Standard);
        var shop = await Shop.OpenAsync(server);
        var isOutlasted = false;

        // Other tests run beside this one: of three crowds, the reads have to be through before one is.
        for (var round = 0; round < 3 && !isOutlasted; round++)
        {
            var crowd = Task.WhenAll(Enumerable.Range(0, 24).Select(_ => server.Visitor.PostAsync("/auth/login",
                new { email = shop.Owner.Email, password = "not the password" })));

            for (var i = 0; i < 50; i++)
                (await shop.Owner.GetAsync($"{Shop.Customers}/1")).ShouldBe(200);

            isOutlasted = !crowd.IsCompleted;
            Assert.All(await crowd, a => a.ShouldBe(401, "invalid_credentials"));
        }

        Assert.True(isOutlasted, "Every crowd was through before fifty reads were.");
    }
}
