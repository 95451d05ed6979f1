using System.Globalization;

namespace Nebula.Server.Logging;

/// <summary>Gives each category its logger; all write through one <see cref="LogWriter"/>.</summary>
internal sealed class NebulaLoggerProvider : ILoggerProvider
{
    private static readonly LogCategory _category = new(typeof(LogWriter).FullName!); // Not null: no generic type.
    private static readonly EventId _event = new(0, "LogLinesDropped");

    private readonly ILineFormat _format;
    private readonly TimeProvider _clock;
    private readonly LogWriter _writer;

    public NebulaLoggerProvider(LogFormat format, Stream output, TimeProvider clock)
    {
        _format = format == LogFormat.Json ? new JsonLine() : new TextLine();
        _clock = clock;
        _writer = new LogWriter(output, DroppedLine);
    }

    public ILogger CreateLogger(string categoryName) => new NebulaLogger(categoryName, _format, _writer, _clock);

    public void Dispose() => _writer.Dispose();

    private byte[] DroppedLine(long count)
    {
        var scratch = LineScratch.Take();
        try
        {
            scratch.Message.Append(string.Create(CultureInfo.InvariantCulture, $"{count} log lines dropped"));
            _format.Write(scratch, new LogEvent(_clock.GetUtcNow().UtcDateTime, LogLevel.Warning, _category, _event, Exception: null));
            return scratch.Line.Written.ToArray();
        }
        finally
        {
            scratch.Return();
        }
    }
}
