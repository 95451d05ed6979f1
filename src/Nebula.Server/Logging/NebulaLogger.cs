namespace Nebula.Server.Logging;

/// <summary>Builds the line of an event on the thread that logs it, and hands it to the writer.</summary>
internal sealed class NebulaLogger(string category, ILineFormat format, LogWriter writer, TimeProvider clock) : ILogger
{
    private const string TemplateKey = "{OriginalFormat}";

    private readonly LogCategory _category = new(category);

    // The levels are the business of the logger factory's filters.
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;

        var scratch = LineScratch.Take();
        try
        {
            Read(scratch, state, exception, formatter);
            Write(scratch, logLevel, eventId, exception);
        }
        catch (Exception fault)
        {
            // A value that throws when it is asked for its text. Logging must not fail the request that logs.
            WriteFault(scratch, eventId, fault);
        }
        finally
        {
            scratch.Return();
        }
    }

    private static void Read<TState>(LineScratch scratch, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string? template = null;
        if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            var count = fields.Count;
            for (var i = 0; i < count; i++)
            {
                var (name, value) = fields[i];
                if (name == TemplateKey)
                    template = value as string;
                else
                    scratch.Add(name, value);
            }
        }

        if (!MessageTemplate.Of(template, scratch.Fields).TryFill(scratch))
            scratch.Message.Append(formatter(state, exception));
    }

    private void Write(LineScratch scratch, LogLevel level, EventId eventId, Exception? exception)
    {
        format.Write(scratch, new LogEvent(clock.GetUtcNow().UtcDateTime, level, _category, eventId, exception));
        writer.Append(scratch.Line.Written, level);
    }

    private void WriteFault(LineScratch scratch, EventId eventId, Exception fault)
    {
        scratch.Clear();
        scratch.Message.Append($"A log event could not be written: {fault.GetType().Name}");
        Write(scratch, LogLevel.Error, eventId, exception: null);
    }
}
