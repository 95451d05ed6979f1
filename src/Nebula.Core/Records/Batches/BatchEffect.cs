namespace Nebula.Core.Records.Batches;

/// <summary>What came of an operation of a batch.</summary>
public enum BatchEffect
{
    /// <summary>There is a record that was not there before.</summary>
    Created,

    /// <summary>A record that was there was changed, left as it is, or read.</summary>
    Found,

    /// <summary>A record is gone.</summary>
    Removed,

    /// <summary>All records that matched were changed or are gone.</summary>
    Matched,
}
