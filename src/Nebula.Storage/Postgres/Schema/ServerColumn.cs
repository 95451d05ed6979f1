namespace Nebula.Storage.Postgres.Schema;

/// <summary>What the server says of a column.</summary>
/// <param name="Type">With its modifiers, as <c>format_type</c> has it.</param>
/// <param name="IsComputed">Whether the server keeps its value.</param>
/// <param name="IsIdentity">Whether the server assigns numbers to it.</param>
internal readonly record struct ServerColumn(string Name, string Type, bool IsNotNull, string? Default, bool IsComputed, bool IsIdentity);
