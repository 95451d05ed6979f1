using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Nebula.Server.Logging;

namespace Nebula.Server.Tests.Logging;

public sealed class LogWriterTests : IDisposable
{
    private static readonly byte[] _kilobyte = [.. Enumerable.Repeat((byte)'x', 1023), (byte)'\n'];

    private readonly Output _output = new();
    private readonly LogWriter _writer;

    public LogWriterTests() => _writer = new LogWriter(_output, count => Encoding.UTF8.GetBytes($"{count} dropped\n"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Release();
        _writer.Dispose();
    }

    [Fact]
    public async Task A_line_appears_without_waiting_for_more()
    {
        Append("one\n");
        await Eventually(() => _output.Text == "one\n");

        Append("two\n");
        await Eventually(() => _output.Text == "one\ntwo\n");
    }

    [Fact]
    public void Lines_that_come_while_one_is_written_leave_in_one_write()
    {
        HoldTheOutput();
        for (var i = 0; i < 1000; i++)
            Append($"{i}\n");
        _output.Release();
        _writer.Dispose();

        Assert.Equal(["first", .. Enumerable.Range(0, 1000).Select(number => $"{number}")], _output.Lines);
        Assert.Equal(2, _output.Writes);
    }

    [Fact]
    public void The_end_writes_what_waits()
    {
        for (var i = 0; i < 5000; i++)
            Append($"{i}\n");
        _writer.Dispose();

        Assert.Equal(Enumerable.Range(0, 5000).Select(number => $"{number}"), _output.Lines);
    }

    [Fact]
    public void Lines_after_the_end_are_still_written()
    {
        _writer.Dispose();
        Append("last words\n");

        Assert.Equal("last words\n", _output.Text);
    }

    [Fact]
    public void When_nobody_reads_unimportant_lines_are_dropped_and_counted_and_callers_do_not_wait()
    {
        HoldTheOutput();
        var fitting = LogWriter.Capacity / _kilobyte.Length;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < fitting + 7; i++)
            _writer.Append(_kilobyte, LogLevel.Information);
        Append("still heard\n", LogLevel.Warning);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        _output.Release();
        _writer.Dispose();

        Assert.Equal(1 + fitting + 2, _output.Lines.Length);
        Assert.Equal(["still heard", "7 dropped"], _output.Lines[^2..]);
    }

    [Fact]
    public void When_nobody_reads_even_warnings_take_only_twice_the_room()
    {
        HoldTheOutput();
        var fitting = 2 * LogWriter.Capacity / _kilobyte.Length;
        for (var i = 0; i < fitting + 3; i++)
            _writer.Append(_kilobyte, LogLevel.Error);
        _output.Release();
        _writer.Dispose();

        Assert.Equal(1 + fitting + 1, _output.Lines.Length);
        Assert.Equal("3 dropped", _output.Lines[^1]);
    }

    [Fact]
    public async Task After_a_failure_of_the_output_later_lines_are_written_and_the_lost_ones_counted()
    {
        _output.Fails = true;
        HoldTheOutput();
        Append("lost\n");
        _output.Release();
        await Eventually(() => _output.Failures == 2);
        _output.Fails = false;
        Append("heard\n");
        await Eventually(() => _output.Text == "heard\n2 dropped\n");
    }

    private void HoldTheOutput()
    {
        _output.Hold();
        Append("first\n");
        _output.WaitUntilHeldUp(Token);
    }

    private void Append(string line, LogLevel level = LogLevel.Information) => _writer.Append(Encoding.UTF8.GetBytes(line), level);

    private static async Task Eventually(Func<bool> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), "It did not happen within 10 seconds.");
            await Task.Delay(5, Token);
        }
    }
}
