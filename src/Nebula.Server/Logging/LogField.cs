namespace Nebula.Server.Logging;

/// <summary>One value of an event: itself, and where its UTF-8 text stands in <see cref="LineScratch.Values"/>.</summary>
/// <param name="IsLiteral">A number, true, false or null, which JSON takes without quotes.</param>
internal readonly record struct LogField(string Name, object? Value, int Start, int End, bool IsLiteral);
