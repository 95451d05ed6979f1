using System.Text;
using CsCheck;
using Nebula.Core.Records;

namespace Nebula.Core.Tests.Records;

public sealed class EntityTagTests
{
    private const string Known = "\"RBNvo1WzZ4oRRq0W9-hkng\"";

    // Clients keep tags across restarts and upgrades of the server: this text must never change.
    [Fact]
    public void The_tag_of_a_record_is_the_same_for_ever() => Assert.Equal(Known, EntityTag.Of("{}"u8).ToString());

    [Fact]
    public void A_tag_reads_back() => Gen.Byte.Array[0, 100].Sample(json =>
    {
        var tag = EntityTag.Of(json);
        return EntityTag.TryParse(tag.ToString(), out var read) && read == tag;
    });

    [Fact]
    public void A_tag_has_22_characters_in_quotes() => Gen.Byte.Array[0, 100].Sample(json =>
        Assert.Matches("\\A\"[A-Za-z0-9_-]{22}\"\\z", EntityTag.Of(json).ToString()));

    [Fact]
    public void Any_changed_byte_gives_another_tag() =>
        Gen.Select(Gen.Byte.Array[1, 100], Gen.Int[0, 99], Gen.Int[1, 255]).Sample((json, at, change) =>
    {
        var other = (byte[])json.Clone();
        other[at % json.Length] ^= (byte)change;
        return EntityTag.Of(json) != EntityTag.Of(other);
    });

    [Theory]
    [InlineData("""{"id":1,"n":1}""", """{"id":1,"n":2}""")]
    [InlineData("""{"id":1,"n":1}""", """{"id":1,"n":"1"}""")]
    [InlineData("""{"id":1,"n":null}""", """{"id":1,"n":0}""")]
    [InlineData("""{"id":1,"n":""}""", """{"id":1,"n":null}""")]
    [InlineData("""{"id":1,"n":false}""", """{"id":1,"n":0}""")]
    [InlineData("""{"id":1,"n":"a"}""", """{"id":1,"n":"A"}""")]
    public void Different_records_have_different_tags(string one, string other) =>
        Assert.NotEqual(EntityTag.Of(Encoding.UTF8.GetBytes(one)), EntityTag.Of(Encoding.UTF8.GetBytes(other)));

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("*")]
    [InlineData("RBNvo1WzZ4oRRq0W9-hkng")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hkng")]
    [InlineData("W/\"RBNvo1WzZ4oRRq0W9-hkng\"")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hkn\"")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hkngA\"")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hkng==\"")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hkn!\"")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hkn \"")]
    [InlineData("\"RBNvo1WzZ4oRRq0W9-hk+/\"")]
    [InlineData("\"not a tag of Nebula's!!\"")]
    [InlineData("\"äöü\"")]
    public void What_Nebula_never_wrote_is_no_tag(string text) => Assert.False(EntityTag.TryParse(text, out _));

    // Half of the last character's bits are left over. A tag has one text only, so that comparing texts is comparing tags.
    [Fact]
    public void Left_over_bits_must_be_zero() => Assert.False(EntityTag.TryParse("\"RBNvo1WzZ4oRRq0W9-hknh\"", out _));

    [Fact]
    public void No_text_at_all_is_an_exception() =>
        Gen.String.Sample(text => { _ = EntityTag.TryParse($"\"{text}\"", out _); }, iter: 2_000);
}
