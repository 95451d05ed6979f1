namespace Nebula.Core.Tables;

/// <summary>What becomes of a record when the one that it refers to is deleted.</summary>
public enum ReferenceAction
{
    /// <summary>The deletion is refused.</summary>
    Restrict,

    /// <summary>It is deleted too.</summary>
    Cascade,

    /// <summary>Its reference becomes null.</summary>
    SetNull,
}
