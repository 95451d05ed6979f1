namespace Nebula.Core.Records.Bulk;

/// <summary>A <see cref="ConflictRule"/> as a client writes it.</summary>
/// <param name="Columns">A comma list.</param>
/// <param name="Resolution"><c>merge</c>, which null stands for, or <c>ignore</c>.</param>
public readonly record struct ConflictText(string Columns, string? Resolution);
