namespace Nebula.Core.Records.Filters;

/// <summary>The functions of the filter language.</summary>
public enum FilterFunction
{
    /// <summary>Text with ASCII letters in lower case.</summary>
    Lower,

    /// <summary>Text with ASCII letters in upper case.</summary>
    Upper,

    /// <summary>The code points of a text, or the bytes of a blob.</summary>
    Length,

    /// <summary>The magnitude of a number, of its type; that of the least INTEGER is an overflow.</summary>
    Abs,

    /// <summary>A number as REAL, rounded to so many digits behind the point (0 if not given), halves away from zero.</summary>
    Round,

    /// <summary>The first argument that is not null; all are of one type.</summary>
    Coalesce,

    /// <summary>The day of a DATE, a DATETIME, or a TEXT that begins with one; null for any other text.</summary>
    Date,

    /// <summary>The year of what <see cref="Date"/> takes, as INTEGER.</summary>
    Year,

    /// <summary>The month of what <see cref="Date"/> takes, as INTEGER.</summary>
    Month,

    /// <summary>The day of the month of what <see cref="Date"/> takes, as INTEGER.</summary>
    Day,
}
