using System.Text.Json;
using Microsoft.Extensions.Logging;
using Nebula.Server.Logging;

namespace Nebula.Server.Tests.Logging;

public sealed class JsonLineTests
{
    [Fact]
    public void A_line_is_one_object_with_time_level_category_event_message_and_fields() => Assert.Equal(
        """{"time":"2026-11-24T10:00:00.007Z","level":"info","category":"Nebula.Some","event":"Request","message":"GET /x """ +
        """answered 200 in 1.3 ms","Method":"GET","Route":"/x","Status":200,"Elapsed":1.25}""",
        Line(logger => Events.Request(logger, "GET", "/x", 200, 1.25)));

    [Theory]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "critical")]
    public void A_level_is_the_word_of_the_configuration(LogLevel level, string word) =>
        Assert.Equal(word, Parsed(logger => Events.At(logger, level)).GetProperty("level").GetString());

    [Theory]
    [InlineData(1, "1")]
    [InlineData(-5000000000L, "-5000000000")]
    [InlineData(1e300, "1E+300")]
    [InlineData(true, "true")]
    [InlineData(null, "null")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(LogLevel.Trace, "\"Trace\"")]
    [InlineData('"', "\"\\u0022\"")]
    public void Numbers_and_truth_values_are_no_strings(object? value, string json)
    {
        using var expected = JsonDocument.Parse(json);
        var field = Parsed(logger => Events.Has(logger, value)).GetProperty("Value");

        Assert.True(JsonElement.DeepEquals(expected.RootElement, field), field.GetRawText());
    }

    [Theory]
    [InlineData("a\nb\"c\\d")]
    [InlineData("\0\u001b[2J\u007f\u0085\u2028\u2029")]
    [InlineData("Grüße 😀 <script>'&+")]
    public void A_text_comes_back_as_it_was_and_never_ends_the_line(string text)
    {
        var line = Line(logger => Events.Said(logger, text));
        using var parsed = JsonDocument.Parse(line);

        Assert.Equal(text, parsed.RootElement.GetProperty("Text").GetString());
        Assert.Equal("Said " + text, parsed.RootElement.GetProperty("message").GetString());
        Assert.DoesNotContain(line, character => char.IsControl(character) || character is '\u2028' or '\u2029');
    }

    [Fact]
    public void What_is_no_text_does_not_break_the_line() =>
        Assert.Equal("a\uFFFDb", Parsed(logger => Events.Said(logger, "a\uD800b")).GetProperty("Text").GetString());

    [Fact]
    public void A_field_cannot_take_the_place_of_a_fixed_one()
    {
        var line = Parsed(logger => Events.Reserved(logger, "noon", "hi"));

        Assert.Equal("2026-11-24T10:00:00.007Z", line.GetProperty("time").GetString());
        Assert.Equal(("noon", "hi"), (line.GetProperty("_time").GetString(), line.GetProperty("_message").GetString()));
    }

    [Fact]
    public void An_event_without_a_name_shows_its_number_and_one_without_both_shows_none()
    {
        Assert.Equal(12, Parsed(logger => Log(logger, 12)).GetProperty("event").GetInt32());
        Assert.False(Parsed(logger => Log(logger, 0)).TryGetProperty("event", out _));
    }

    [Fact]
    public void An_exception_is_an_object_with_type_message_and_stack()
    {
        var thrown = new InvalidOperationException("outer", new IOException("inner"));
        var exception = Parsed(logger => Events.Broke(logger, thrown)).GetProperty("exception");

        Assert.Equal("System.InvalidOperationException", exception.GetProperty("type").GetString());
        Assert.Equal("outer", exception.GetProperty("message").GetString());
        Assert.Contains("System.IO.IOException: inner", exception.GetProperty("stack").GetString(), StringComparison.Ordinal);
    }

    private static string Line(Action<ILogger> log) => Logging.Log.Line(LogFormat.Json, log);

    private static void Log(ILogger logger, int eventId) => logger.Log(LogLevel.Information, eventId, "x", null, (state, _) => state);

    private static JsonElement Parsed(Action<ILogger> log)
    {
        using var document = JsonDocument.Parse(Line(log));
        return document.RootElement.Clone();
    }
}
