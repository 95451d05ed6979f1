namespace Nebula.Core.Records.Queries;

/// <summary>A word or a phrase that a full-text search looks for.</summary>
/// <param name="IsPrefix">Its last word may go on.</param>
public sealed record SearchTerm(string Text, bool IsPrefix);
