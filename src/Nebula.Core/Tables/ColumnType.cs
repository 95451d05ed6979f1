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
}
