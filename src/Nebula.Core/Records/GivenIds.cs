namespace Nebula.Core.Records;

/// <summary>What becomes of an id and of managed timestamps that a client gives for a new record.</summary>
internal enum GivenIds
{
    /// <summary>Ignored, but for a UUID that is to be the new record's id.</summary>
    AsInRecords,

    /// <summary>Ignored.</summary>
    Ignored,

    /// <summary>Taken as they are.</summary>
    Kept,
}
