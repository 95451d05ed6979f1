using Nebula.Core.Records;

namespace Nebula.Core.Tests.Records;

public sealed class PreconditionTests
{
    private static readonly EntityTag _one = EntityTag.Of("1"u8);
    private static readonly EntityTag _other = EntityTag.Of("2"u8);

    [Fact]
    public void Without_a_demand_every_record_will_do()
    {
        Assert.True(default(Precondition).IsNone);
        Assert.True(default(Precondition).Allows(_one));
        Assert.True(new Precondition(null).Allows(_one));
    }

    [Fact]
    public void A_star_takes_any_record() => Assert.True(new Precondition([], AnyRecord: true).Allows(_one));

    [Fact]
    public void One_of_the_tags_must_be_the_records()
    {
        Assert.True(new Precondition([_other, _one]).Allows(_one));
        Assert.False(new Precondition([_other]).Allows(_one));
    }

    // If-Match with tags of somebody else's only: no record here has one of them.
    [Fact]
    public void An_empty_list_of_tags_is_met_by_no_record()
    {
        Assert.False(new Precondition([]).IsNone);
        Assert.False(new Precondition([]).Allows(_one));
    }

    [Fact]
    public void The_failure_says_what_to_do()
    {
        Assert.Equal("precondition_failed", Precondition.Failed.Code);
        Assert.NotNull(Precondition.Failed.Hint);
    }
}
