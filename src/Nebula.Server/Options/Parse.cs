namespace Nebula.Server.Options;

/// <summary>
/// Turns a variable's text into its value. Returns what is wrong with the text, as words that follow it (<c>is not a whole number</c>), or null
/// when nothing is.
/// </summary>
internal delegate string? Parse<T>(string text, out T value);
