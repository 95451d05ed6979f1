using System.Net;
using Microsoft.Extensions.Logging;
using Nebula.Server.Logging;

namespace Nebula.Server.Tests.Logging;

public sealed class TextLineTests
{
    [Fact]
    public void A_line_has_time_level_category_message_and_fields() => Assert.Equal(
        "2026-11-24T10:00:00.007Z INF Nebula.Some GET /tables/{table} answered 200 in 1.3 ms Method=GET Route=/tables/{table} Status=200 Elapsed=1.25",
        Line(logger => Events.Request(logger, "GET", "/tables/{table}", 200, 1.25)));

    [Theory]
    [InlineData(LogLevel.Information, "INF")]
    [InlineData(LogLevel.Warning, "WRN")]
    [InlineData(LogLevel.Error, "ERR")]
    [InlineData(LogLevel.Critical, "CRT")]
    public void A_level_has_three_letters(LogLevel level, string letters) =>
        Assert.StartsWith($"2026-11-24T10:00:00.007Z {letters} Nebula.Some ", Line(logger => Events.At(logger, level)), StringComparison.Ordinal);

    [Theory]
    [InlineData("plain", "Text=plain")]
    [InlineData("", "Text=\"\"")]
    [InlineData("two words", "Text=\"two words\"")]
    [InlineData("a=b", "Text=\"a=b\"")]
    [InlineData("say \"x\"", @"Text=""say \""x\""""")]
    [InlineData(@"a\b", @"Text=""a\\b""")]
    [InlineData("Grüße", "Text=\"Grüße\"")]
    [InlineData("😀", "Text=\"😀\"")]
    [InlineData(null, "Text=null")]
    public void A_value_is_quoted_when_it_could_be_mistaken(string? value, string field) =>
        Assert.EndsWith(" " + field, Line(logger => Events.Said(logger, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\nb", @"a\nb")]
    [InlineData("a\r\nb", @"a\r\nb")]
    [InlineData("a\tb", @"a\tb")]
    [InlineData("a\0b", @"a\u0000b")]
    [InlineData("\u001b[2J", @"\u001b[2J")]
    [InlineData("a\u007fb", @"a\u007fb")]
    [InlineData("a\u0085b", @"a\u0085b")]
    [InlineData("a\u2028b", @"a\u2028b")]
    [InlineData("a\u202eb", @"a\u202eb")]
    [InlineData("a\U000E0041b", @"a\U000e0041b")]
    public void No_value_can_end_the_line_or_move_the_cursor(string value, string escaped) => Assert.Equal(
        $"2026-11-24T10:00:00.007Z INF Nebula.Some Said {escaped} Text=\"{escaped}\"",
        Line(logger => Events.Said(logger, value)));

    // Not among the above: an attribute can't hold half a character.
    [Fact]
    public void Half_a_character_is_replaced() =>
        Assert.EndsWith(" Text=\"a\uFFFDb\"", Line(logger => Events.Said(logger, "a\uD800b")), StringComparison.Ordinal);

    [Fact]
    public void A_character_logged_as_such_cannot_end_the_line_either() =>
        Assert.EndsWith(@" Has \n Value=""\n""", Line(logger => Events.Has(logger, '\n')), StringComparison.Ordinal);

    [Fact]
    public void A_value_cannot_look_like_another_field() =>
        Assert.EndsWith(" Text=\"x Status=200\"", Line(logger => Events.Said(logger, "x Status=200")), StringComparison.Ordinal);

    [Fact]
    public void Values_are_written_the_same_in_every_culture() => Assert.Contains(
        " A=1 B=-2 C=3 D=4 E=true F=5.50 G=0f8fad5b-d9cb-469f-a165-70867728950e H=00:00:01.5000000",
        Line(logger => Events.Many(
            logger, 1, -2, 3, 4, true, 5.50m, Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), TimeSpan.FromSeconds(1.5))),
        StringComparison.Ordinal);

    [Fact]
    public void Lists_addresses_and_words_of_an_enumeration_are_readable()
    {
        Assert.EndsWith(" Value=\"a, b\"", Line(logger => Events.Has(logger, new[] { "a", "b" })), StringComparison.Ordinal);
        Assert.EndsWith(" Value=::1", Line(logger => Events.Has(logger, IPAddress.IPv6Loopback)), StringComparison.Ordinal);
        Assert.EndsWith(" Value=NotFound", Line(logger => Events.Has(logger, HttpStatusCode.NotFound)), StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_and_padding_of_a_template_are_understood()
    {
        Assert.Contains(" {7} at 100 % Value=7", Line(logger => Events.Braces(logger, 7)), StringComparison.Ordinal);
        Assert.Contains(" {braces}     ff| Value=255", Line(logger => Events.Padded(logger, 255)), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_events_of_one_text_find_their_own_values() => Assert.Equal(
        "2026-11-24T10:00:00.007Z INF Nebula.Some GET /x answered 200 in 1.3 ms Elapsed=1.25 Status=200 Route=/x Method=GET",
        Line(logger => Events.SameTextOtherOrder(logger, 1.25, 200, "/x", "GET")));

    [Fact]
    public void A_state_without_a_template_is_written_by_its_own_formatter() => Assert.EndsWith(
        " Nebula.Some state 5", Line(logger => logger.Log(LogLevel.Information, default, 5, null, (state, _) => $"state {state}")), StringComparison.Ordinal);

    [Fact]
    public void An_exception_stays_in_the_line_with_its_type_message_stack_and_the_exceptions_inside()
    {
        var line = Line(logger => Events.Broke(logger, Thrown()));

        Assert.Contains(
            @" ERR Nebula.Some It broke exception=System.InvalidOperationException exception.message=""outer\nsecond line"" exception.stack=""System.",
            line,
            StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException: inner", line, StringComparison.Ordinal);
        Assert.Contains(@"\n   at Nebula.Server.Tests.Logging.TextLineTests.Thrown()", line, StringComparison.Ordinal);
    }

    private static string Line(Action<ILogger> log) => Log.Line(LogFormat.Text, log);

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("outer\nsecond line", new IOException("inner"));
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }
}
