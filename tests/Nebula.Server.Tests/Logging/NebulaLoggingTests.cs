using System.Globalization;
using Microsoft.Extensions.Logging;
using Nebula.Server.Logging;

namespace Nebula.Server.Tests.Logging;

public sealed class NebulaLoggingTests
{
    [Theory]
    [InlineData("Nebula.Api.Records", LogLevel.Information, true)]
    [InlineData("Nebula.Api.Records", LogLevel.Debug, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, true)]
    [InlineData("System.Net.Http", LogLevel.Information, false)]
    [InlineData("System.Net.Http", LogLevel.Error, true)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Critical, false)]
    public void The_framework_is_heard_only_when_it_warns(string category, LogLevel level, bool isHeard)
    {
        using var log = new Log();

        Assert.Equal(isHeard, log.Of(category).IsEnabled(level));
    }

    [Fact]
    public void A_level_above_warning_holds_for_the_framework_too()
    {
        using var log = new Log(level: LogLevel.Error);

        Assert.False(log.Of("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Warning));
        Assert.True(log.Of("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Error));
    }

    [Fact]
    public void The_level_none_logs_nothing()
    {
        using var log = new Log(level: LogLevel.None);
        var logger = log.Of("Nebula.Some");
        Events.At(logger, LogLevel.Critical);
        log.Dispose();

        Assert.Empty(log.Output.Text);
    }

    [Fact]
    public void A_value_that_fails_to_give_its_text_does_not_fail_the_caller()
    {
        var line = Log.Line(LogFormat.Text, logger => Events.Has(logger, new Failing()));

        Assert.Equal("2026-11-24T10:00:00.007Z ERR Nebula.Some A log event could not be written: NotSupportedException", line);
    }

    [Fact]
    public void A_value_whose_text_logs_itself_disturbs_no_line()
    {
        using var log = new Log();
        var logger = log.Of("Nebula.Some");
        Events.Has(logger, new Logging(logger));
        log.Dispose();

        Assert.Equal(
            ["2026-11-24T10:00:00.007Z INF Nebula.Some Said inner Text=inner", "2026-11-24T10:00:00.007Z INF Nebula.Some Has outer Value=outer"],
            log.Output.Lines);
    }

    [Theory]
    [InlineData(false, "2026-11-24T10:00:00.007Z INF Nebula.Some Said <{0}> Text=<{0}>")]
    [InlineData(true, """{{"time":"2026-11-24T10:00:00.007Z","level":"info","category":"Nebula.Some","event":"Said","message":"Said <{0}>","Text":"<{0}>"}}""")]
    public void Lines_of_many_threads_stay_whole(bool isJson, string shape)
    {
        using var log = new Log(isJson ? LogFormat.Json : LogFormat.Text);
        var logger = log.Of("Nebula.Some");
        Parallel.For(0, 20_000, number => Events.Said(logger, $"<{number}>"));
        log.Dispose();

        var expected = Enumerable.Range(0, 20_000).Select(number => string.Format(CultureInfo.InvariantCulture, shape, number));
        Assert.Equal(expected.Order(), log.Output.Lines.Order());
    }

    [Fact]
    public void A_long_line_is_written_whole_and_the_next_one_too()
    {
        using var log = new Log();
        var logger = log.Of("Nebula.Some");
        Events.Said(logger, new string('x', 200_000));
        Events.Said(logger, "short");
        log.Dispose();

        Assert.Equal(2, log.Output.Lines.Length);
        Assert.EndsWith(new string('x', 200_000), log.Output.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith("Said short Text=short", log.Output.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Logging_an_event_of_texts_and_numbers_makes_little_garbage()
    {
        using var log = new Log();
        var logger = log.Of("Nebula.Some");
        var each = Enumerable.Range(0, 50).Min(_ => AllocatedBy(() => Events.Request(logger, "GET", "/x", 200, 1.25)));

        // The boxes that the interface for fields asks for; the framework's formatters take eight times as much.
        Assert.InRange(each, 0, 200);
    }

    // By one of a hundred events. The least of several such counts has no buffer in it that happened to grow.
    private static long AllocatedBy(Action log)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            log();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
    }

    private sealed class Failing
    {
        public override string ToString() => throw new NotSupportedException();
    }

    private sealed class Logging(ILogger logger)
    {
        public override string ToString()
        {
            Events.Said(logger, "inner");
            return "outer";
        }
    }
}
