using CsCheck;
using Nebula.Core.Records.Filters;

namespace Nebula.Core.Tests.Records.Filters;

public sealed class FilterCapTests
{
    private static readonly string[] _pieces =
    [
        "year", "title", "sold", "artist.Name", "tracks.ms", "data.a", "data", "\"year\"", "\"", "'", "'x'", "''", "1", "-1", "1.5", "1e5", "1e999", "null", "true", "@now", "@today", "@",
        "(", ")", ",", ".", "=", "!=", "<", "<=", ">", ">=", "~", "!~", "^=", "$=", "!", "|", "||", "&", "&&", "or", "and", "not", "in", "between", "like", "ilike", "is",
        "lower", "round", "coalesce", "date", "\\", "%", "\0", "é", "😀", "\ud83d", " ",
    ];

    [Fact]
    public void A_filter_has_at_most_4096_characters()
    {
        MusicSchema.Bind($"title = '{new string('x', 4096 - 10)}'").Succeeds();
        var error = MusicSchema.Bind($"title = '{new string('x', 4096 - 9)}'").FailsWith("invalid_filter", "filter too_long");
        Assert.Equal("has 4097 characters; at most 4096 are allowed", error.Details[0].Message);
    }

    [Theory]
    [InlineData("(", "sold", ")")]
    [InlineData("!", "sold", "")]
    [InlineData("not ", "sold", "")]
    [InlineData("! (", "sold", ")", 2)]
    [InlineData("lower(", "title", ")", 1, " = 'x'")]
    public void A_filter_is_nested_at_most_32_deep(string before, string inner, string after, int levels = 1, string tail = "")
    {
        string Nested(int times) => string.Concat(Enumerable.Repeat(before, times)) + inner + string.Concat(Enumerable.Repeat(after, times)) + tail;
        MusicSchema.Bind(Nested(32 / levels)).Succeeds();
        var error = MusicSchema.Bind(Nested(32 / levels + 1)).FailsWith("invalid_filter", "filter too_long");
        Assert.StartsWith("nested deeper than 32 levels at ", error.Details[0].Message, StringComparison.Ordinal);
        MusicSchema.Bind(new string('(', 4096)).FailsWith("invalid_filter", "filter too_long");
    }

    [Fact]
    public void What_stands_side_by_side_is_not_nested() => MusicSchema.Bind(string.Join(" and ", Enumerable.Repeat("(sold)", 100))).Succeeds();

    [Fact]
    public void A_filter_has_at_most_100_tests()
    {
        MusicSchema.Bind(string.Join(" or ", Enumerable.Repeat("sold", 100))).Succeeds();
        var error = MusicSchema.Bind(string.Join(" or ", Enumerable.Repeat("sold", 101))).FailsWith("invalid_filter", "filter too_long");
        Assert.Equal("more than 100 tests at 801", error.Details[0].Message);
    }

    [Fact]
    public void In_takes_at_most_1000_values()
    {
        MusicSchema.Bind($"year in ({string.Join(',', Enumerable.Repeat("1", 1000))})").Succeeds();
        var error = MusicSchema.Bind($"year in ({string.Join(',', Enumerable.Repeat("1", 1001))})").FailsWith("invalid_filter", "filter too_long");
        Assert.Equal("more than 1000 values in 'in' at 2010", error.Details[0].Message);
    }

    [Fact]
    public void A_path_has_at_most_8_relations()
    {
        MusicSchema.Bind($"{string.Concat(Enumerable.Repeat("parent.", 8))}id = 1", MusicSchema.Orders).Succeeds();
        MusicSchema.Bind($"{string.Concat(Enumerable.Repeat("parent.", 9))}id = 1", MusicSchema.Orders).FailsWith("invalid_filter", "filter too_long");
        MusicSchema.Bind($"data{string.Concat(Enumerable.Repeat(".a", 33))} = 1").FailsWith("invalid_filter", "filter too_long");
    }

    [Fact]
    public void Paths_lead_at_most_32_different_ways()
    {
        // Each bit of a number is a step up or down: 2 + 4 + 8 + 16 ways of up to four steps are 30.
        static string Paths(int count) => string.Join(" and ", Enumerable.Range(0, count).Select(i =>
            $"{string.Concat(Enumerable.Range(0, 4).Select(bit => (i >> bit & 1) == 0 ? "parent." : "orders."))}id = 1"));
        MusicSchema.Bind(Paths(16), MusicSchema.Orders).Succeeds();
        MusicSchema.Bind($"{Paths(16)} and {Paths(16)} and billing_address.id = 1 and shipping_address.id = 1", MusicSchema.Orders).Succeeds();
        MusicSchema.Bind($"{Paths(16)} and billing_address.id = 1 and shipping_address.id = 1 and parent.billing_address.id = 1", MusicSchema.Orders)
            .FailsWith("invalid_filter", "filter too_long");
    }

    [Fact]
    public void No_text_whatever_makes_it_throw()
    {
        Gen.OneOf(Gen.Int[0, _pieces.Length - 1].Select(i => _pieces[i]), Gen.String[0, 3]).Array[0, 30].Select(parts => string.Join(' ', parts)).Sample(IsAnswered, iter: 20_000);
        Gen.String[0, 200].Sample(IsAnswered, iter: 5_000);
    }

    /// <summary>A condition, or a fault at a place that is there.</summary>
    private static void IsAnswered(string text)
    {
        if (!MusicSchema.Bind(text).TryGet(out var condition, out var error))
            Assert.NotEmpty(Assert.Single(error.Details).Message);
        else
            Assert.NotEmpty(CanonicalText.Of(condition));
        _ = MusicSchema.BindOperand(text).TryGet(out Operand? _, out _);
    }
}
