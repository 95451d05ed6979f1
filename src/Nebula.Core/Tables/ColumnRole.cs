namespace Nebula.Core.Tables;

/// <summary>Who gives a column its value.</summary>
public enum ColumnRole
{
    /// <summary>The client.</summary>
    Data,

    /// <summary>The database: the integer key, assigned and never given again.</summary>
    Id,

    /// <summary>Nebula, when the record is made.</summary>
    CreatedAt,

    /// <summary>Nebula, with every change of the record.</summary>
    UpdatedAt,
}
