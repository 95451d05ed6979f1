using System.Globalization;

namespace Nebula.Server.Commands;

/// <summary>
/// Shows how far a long command is: a bar that is drawn over itself on a terminal, else a line with each new step and now and then between, for logs. Used by one thread at a time.
/// </summary>
internal sealed class ProgressDisplay(TextWriter output, bool isTerminal, TimeProvider clock) : IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan _redraw = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _repeat = TimeSpan.FromSeconds(10);

    private string? _step;
    private long _shown;
    private int _width;

    /// <summary>On the standard error, so that the output of a command stays its result.</summary>
    public static ProgressDisplay OnConsole(TimeProvider clock) => new(Console.Error, !Console.IsErrorRedirected, clock);

    /// <param name="step">What is being done, in a few words; the next step begins when they change.</param>
    /// <param name="done">How much of it is done.</param>
    /// <param name="total">How much there is; null when nobody knows.</param>
    public void Show(string step, long done, long? total)
    {
        var isNew = step != _step;
        if (!isNew && clock.GetElapsedTime(_shown) < (isTerminal ? _redraw : _repeat))
            return;
        if (isNew)
            EndLine();
        (_step, _shown) = (step, clock.GetTimestamp());
        var text = Line(step, done, total);
        if (!isTerminal)
        {
            output.WriteLine(text);
            return;
        }

        output.Write('\r' + text.PadRight(_width));
        _width = text.Length;
    }

    /// <summary>Leaves the last line as it is, so that what is written next begins a new one.</summary>
    public void Dispose() => EndLine();

    private void EndLine()
    {
        if (_width > 0)
            output.WriteLine();
        _width = 0;
    }

    private string Line(string step, long done, long? total)
    {
        if (total is not { } all)
            return done == 0 ? step : string.Create(CultureInfo.InvariantCulture, $"{step}: {done:N0}");
        var share = all <= 0 ? 1 : Math.Clamp((double)done / all, 0, 1);
        var count = string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {all:N0} ({Math.Floor(share * 100)} %)");
        if (!isTerminal)
            return $"{step}: {count}";
        var filled = (int)(share * BarWidth);
        return $"{step} [{new string('#', filled)}{new string('-', BarWidth - filled)}] {count}";
    }
}
