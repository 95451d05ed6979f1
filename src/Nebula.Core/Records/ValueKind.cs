namespace Nebula.Core.Records;

/// <summary>What a <see cref="DraftValue"/> holds.</summary>
public enum ValueKind : byte
{
    /// <summary>Nothing was given.</summary>
    Absent,
    Null,
    Integer,
    Real,
    Text,
    Blob,
}
