using Nebula.Core.Accounts;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Accounts;

public sealed class UserIdTests
{
    [Fact]
    public void A_new_id_is_a_version_7_uuid_of_the_clocks_time()
    {
        var id = UserId.New(new ManualClock());
        Assert.Equal(7, id.Value.Version);
        Assert.StartsWith($"{Some.Time.ToUnixTimeMilliseconds():x12}"[..8], id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_reads_back()
    {
        var id = UserId.New(new ManualClock());
        Assert.True(UserId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void An_id_of_v02_is_kept_as_it_was()
    {
        Assert.True(UserId.TryParse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", out var id));
        Assert.Equal("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("me")]
    [InlineData("6f9619ff8b864d01b42d00cf4fc964ff")]
    [InlineData("{6f9619ff-8b86-4d01-b42d-00cf4fc964ff}")]
    [InlineData("6f9619ff-8b86-4d01-b42d-00cf4fc964fg")]
    public void Anything_else_is_no_id(string? text) => Assert.False(UserId.TryParse(text, out _));
}
