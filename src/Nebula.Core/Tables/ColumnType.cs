namespace Nebula.Core.Tables;

/// <summary>What a column holds, as clients see it.</summary>
public enum ColumnType
{
    /// <summary>Unicode text without U+0000.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>An IEEE 754 double; finite.</summary>
    Real,

    /// <summary>Bytes, base64 in JSON.</summary>
    Blob,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>An exact number with so many digits behind the point, at most 18 in all; a string in JSON. Kept as an integer scaled by 10^scale.</summary>
    Decimal,

    /// <summary>A day, <c>2026-11-23</c>.</summary>
    Date,

    /// <summary>A moment in UTC to the millisecond, <c>2026-11-23T10:00:00.000Z</c>.</summary>
    DateTime,

    /// <summary>A UUID in lower case with hyphens.</summary>
    Uuid,

    /// <summary>Any JSON.</summary>
    Json,
}
