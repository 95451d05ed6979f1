namespace Nebula.Core.Records.Batches;

/// <summary>What an operation of a batch does.</summary>
public enum BatchAction
{
    /// <summary>Adds a record.</summary>
    Create,

    /// <summary>Changes one record, or all that match.</summary>
    Update,

    /// <summary>Adds a record, or changes the one that has the same unique values.</summary>
    Upsert,

    /// <summary>Removes one record, or all that match.</summary>
    Delete,

    /// <summary>Reads one record, with what the batch has written so far.</summary>
    Get,
}
