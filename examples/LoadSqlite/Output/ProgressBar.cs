using System.Globalization;
using LoadSqlite.Server;

namespace LoadSqlite.Output;

/// <summary>
/// Shows how far a step is: on a terminal a bar that is drawn over itself, elsewhere (a log) a plain line now and then. Thread-safe.
/// </summary>
internal sealed class ProgressBar : IDisposable
{
    private readonly TextWriter _out;
    private readonly bool _isTerminal;
    private readonly string _step;
    private readonly long _total;
    private readonly Pause _pause;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly ITimer _timer;
    private readonly Lock _drawing = new();
    private long _done;
    private bool _isOver;

    public ProgressBar(TextWriter output, bool isTerminal, string step, long total, Pause pause, TimeProvider time)
    {
        (_out, _isTerminal, _step, _total, _pause, _time) = (output, isTerminal, step, total, pause, time);
        _startedAt = time.GetTimestamp();
        var interval = TimeSpan.FromSeconds(isTerminal ? 0.1 : 5);
        _timer = time.CreateTimer(_ => Draw(isLast: false), null, interval, interval);
    }

    public TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    public void Advance(long rows) => Interlocked.Add(ref _done, rows);

    /// <summary>Draws the last state; what is written afterwards begins on a line of its own.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Draw(isLast: true);
    }

    private void Draw(bool isLast)
    {
        lock (_drawing)
        {
            if (_isOver)
                return; // A tick of the timer that was under way when the step ended.
            _isOver = isLast;
            var state = State(isLast);
            if (!_isTerminal)
                _out.WriteLine($"{_step}: {state}");
            else if (isLast)
                _out.WriteLine(Line(state));
            else
                _out.Write(Line(state));
        }
    }

    private string State(bool isLast)
    {
        var done = Interlocked.Read(ref _done);
        var rate = done / Math.Max(Elapsed.TotalSeconds, 0.001);
        var state = string.Create(CultureInfo.InvariantCulture, $"{done:N0}/{_total:N0} rows, {rate:N0} rows/s");
        if (isLast)
            return string.Create(CultureInfo.InvariantCulture, $"{state}, {Elapsed.TotalSeconds:N1} s");
        if (rate > 0 && done < _total)
            state += $", ETA {TimeSpan.FromSeconds(Math.Min((_total - done) / rate, 359_999)):h\\:mm\\:ss}";
        return _pause.Remaining is { TotalSeconds: > 0.5 } pause
            ? string.Create(CultureInfo.InvariantCulture, $"{state}, paused for {pause.TotalSeconds:N0} s")
            : state;
    }

    /// <summary>The whole width of the terminal but its last column, so that nothing of the line before stays and none wraps.</summary>
    private string Line(string state)
    {
        var width = Width() - 1;
        var bar = Math.Clamp(width - _step.Length - state.Length - 4, 0, 40);
        var filled = _total == 0 ? bar : (int)Math.Clamp(bar * Interlocked.Read(ref _done) / _total, 0, bar);
        var line = $"{_step} {(bar < 5 ? "" : $"[{new string('#', filled)}{new string('.', bar - filled)}] ")}{state}";
        return "\r" + (line.Length > width ? line[..width] : line.PadRight(width));
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 20 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80; // A terminal that does not say.
        }
    }
}
