namespace Nebula.Server.Logging;

/// <summary>
/// Brings lines to the output without making anybody wait for it. Callers append to one buffer while a thread of its own writes the other one. A
/// line after a pause leaves at once; under load the thread rests a moment after each write, so that it makes few large writes and callers need
/// not wake it. What does not fit is dropped and counted, the less important lines first.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    /// <summary>Beyond this many waiting bytes, lines below <see cref="LogLevel.Warning"/> are dropped; beyond twice as many, all are.</summary>
    public const int Capacity = 8 * 1024 * 1024;

    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(5);

    // An output that nobody reads must not keep the process from ending.
    private static readonly TimeSpan _longestFarewell = TimeSpan.FromSeconds(5);

    private readonly Stream _output;
    private readonly Func<long, byte[]> _droppedLine;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEvent _stop = new(false);

    // All below are guarded by the gate, but for the buffer being written: it belongs to the thread until it swaps again.
    private LineBuffer _waiting = new();
    private LineBuffer _writing = new();
    private long _dropped;
    private bool _isIdle;
    private bool _isStopping;
    private bool _isClosed;

    /// <param name="output">Not closed at the end: the standard output belongs to the process.</param>
    /// <param name="droppedLine">The line that tells how many were dropped.</param>
    public LogWriter(Stream output, Func<long, byte[]> droppedLine)
    {
        (_output, _droppedLine) = (output, droppedLine);
        _thread = new Thread(Run) { IsBackground = true, Name = "log writer" };
        _thread.Start();
    }

    public void Append(ReadOnlySpan<byte> line, LogLevel level)
    {
        bool wasIdle;
        lock (_gate)
        {
            if (_waiting.Length + line.Length > (level < LogLevel.Warning ? Capacity : 2 * Capacity))
            {
                _dropped++;
                return;
            }

            _waiting.Add(line);
            if (_isClosed)
            {
                // After the end there is no thread any more. The last words of a shutdown are few and may wait for the output.
                Swap();
                WriteOut();
                return;
            }

            (wasIdle, _isIdle) = (_isIdle, false);
        }

        if (wasIdle)
            _wake.Set();
    }

    /// <summary>Writes what waits. Lines that come later are written directly.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopping)
                return;
            _isStopping = true;
        }

        _stop.Set();
        _wake.Set();
        // The events are left to the finalizer: the thread may still need them when the wait was in vain.
        _thread.Join(_longestFarewell);
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                _isIdle = _waiting.Length == 0;
                if (_isIdle && _isStopping)
                {
                    _isClosed = true;
                    return;
                }

                if (!_isIdle)
                    Swap();
            }

            if (_writing.Length == 0)
            {
                _wake.WaitOne();
                continue;
            }

            WriteOut();
            _stop.WaitOne(_rest);
        }
    }

    private void Swap()
    {
        (_waiting, _writing) = (_writing, _waiting);
        if (_dropped == 0)
            return;
        _writing.Add(_droppedLine(_dropped));
        _dropped = 0;
    }

    private void WriteOut()
    {
        try
        {
            _output.Write(_writing.Written);
            _output.Flush();
        }
        catch (Exception)
        {
            // A closed pipe, a full disk: there is no place left to report it, and the server goes on. Told with the next lines that get through.
            lock (_gate)
                _dropped += _writing.Lines;
        }
        finally
        {
            _writing.Clear();
        }
    }
}
