namespace Nebula.Server.Logging;

/// <summary>Writes an event as one line, with its end, from the message and fields in the scratch to its <see cref="LineScratch.Line"/>.</summary>
internal interface ILineFormat
{
    void Write(LineScratch scratch, in LogEvent happened);
}
