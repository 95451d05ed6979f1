using System.Text.RegularExpressions;
using Nebula.Core.Records;

namespace Nebula.Core.Tables;

/// <summary>What a column's values must fulfil beyond their type. A null fulfils everything.</summary>
public sealed record ColumnCheck
{
    /// <summary>The least value, of the column's type: numbers, decimals, dates and times.</summary>
    public TypedValue? Min { get; init; }

    /// <summary>The greatest value, of the column's type.</summary>
    public TypedValue? Max { get; init; }

    /// <summary>In code points of a text, or bytes of a blob.</summary>
    public int? MinLength { get; init; }

    /// <summary>In code points of a text, or bytes of a blob.</summary>
    public int? MaxLength { get; init; }

    /// <summary>A regular expression that the whole text must match; run without backtracking, by Nebula's writer alone.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The only values there may be, of the column's type.</summary>
    public IReadOnlyList<TypedValue>? OneOf { get; init; }
}
