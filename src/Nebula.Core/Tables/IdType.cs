namespace Nebula.Core.Tables;

/// <summary>What identifies the records of a table.</summary>
public enum IdType
{
    /// <summary>An integer, assigned by the database, never given again.</summary>
    Integer,

    /// <summary>A UUID of version 7, assigned by Nebula unless the client gives one.</summary>
    Uuid,
}
