using Microsoft.Extensions.Logging;

namespace Nebula.Server.Tests.Logging;

/// <summary>Log methods as Nebula declares its own.</summary>
internal static partial class Events
{
    [LoggerMessage(1, LogLevel.Information, "{Method} {Route} answered {Status} in {Elapsed:0.0} ms")]
    public static partial void Request(ILogger logger, string method, string route, int status, double elapsed);

    // The text of the first, the order of another: both must find their values.
    [LoggerMessage(2, LogLevel.Information, "{Method} {Route} answered {Status} in {Elapsed:0.0} ms")]
    public static partial void SameTextOtherOrder(ILogger logger, double elapsed, int status, string route, string method);

    [LoggerMessage(3, LogLevel.Information, "Said {Text}")]
    public static partial void Said(ILogger logger, string? text);

    [LoggerMessage(4, LogLevel.Information, "Has {Value}")]
    public static partial void Has(ILogger logger, object? value);

    [LoggerMessage(5, LogLevel.Error, "It broke")]
    public static partial void Broke(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Information, "{{braces}} {Value,6:x}|")]
    public static partial void Padded(ILogger logger, int value);

    [LoggerMessage(7, LogLevel.Information, "{{{Value}}} at 100 %")]
    public static partial void Braces(ILogger logger, int value);

    [LoggerMessage(8, LogLevel.Information, "{A}{B}{C}{D}{E}{F}{G}{H}")]
    public static partial void Many(ILogger logger, int a, long b, short c, byte d, bool e, decimal f, Guid g, TimeSpan h);

    [LoggerMessage(9, LogLevel.Information, "Reserved {time} {message}")]
    public static partial void Reserved(ILogger logger, string time, string message);

    [LoggerMessage(EventId = 10, Message = "Something")]
    public static partial void At(ILogger logger, LogLevel level);
}
