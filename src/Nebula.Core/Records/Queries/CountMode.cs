namespace Nebula.Core.Records.Queries;

/// <summary>What a list says of how many records there are in all.</summary>
public enum CountMode
{
    /// <summary>The exact number.</summary>
    Exact,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>The exact number as long as it is small, else one projected from a part of the table.</summary>
    Estimated,
}
