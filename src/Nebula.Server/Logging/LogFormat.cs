namespace Nebula.Server.Logging;

/// <summary>How an event is written; one line either way.</summary>
internal enum LogFormat
{
    /// <summary><c>2026-11-24T10:00:00.000Z INF Category message key=value</c>.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}
