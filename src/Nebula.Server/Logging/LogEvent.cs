namespace Nebula.Server.Logging;

/// <summary>What one line says, besides the message and the fields that stand in the scratch. Lives no longer than the call that logs it.</summary>
internal readonly record struct LogEvent(DateTime Time, LogLevel Level, LogCategory Category, EventId Event, Exception? Exception);
