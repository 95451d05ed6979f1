using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>A named value that is no column and that a condition on groups may speak of, such as <c>count</c>, <c>sum_total</c> or <c>album.artist.Name</c>.</summary>
/// <param name="Scale">Of a DECIMAL: how many digits behind the point.</param>
public sealed record FilterOutput(string Name, ColumnType Type, int Scale = 0);
