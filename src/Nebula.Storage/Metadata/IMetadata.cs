namespace Nebula.Storage.Metadata;

/// <summary>Where accounts, databases and keys are kept, and in what the engines' SQL differs there. Thread-safe.</summary>
/// <remarks>
/// A delegate may run more than once: what can't have been applied is tried again. It must not keep the session. Both methods throw <see cref="ConstraintException"/> for a violated constraint, which
/// whoever wrote the statement knows about, and <see cref="Core.UnavailableException"/> for what is nobody's mistake.
/// </remarks>
internal interface IMetadata
{
    /// <summary>Runs queries.</summary>
    ValueTask<T> ReadAsync<T>(Func<MetadataSession, ValueTask<T>> read, CancellationToken ct);

    /// <summary>Runs changes in one transaction that is committed and synced when the delegate is done, and undone when it throws.</summary>
    ValueTask<T> WriteAsync<T>(Func<MetadataSession, ValueTask<T>> write, CancellationToken ct);

    /// <summary>A table of the metadata, as statements name it.</summary>
    string Table(string name);

    /// <summary>That a column holds a name, compared without the case of ASCII letters, by an index where one is. The parameter is <see cref="MetadataSession.Fold"/>ed.</summary>
    string IsNamed(string column, string parameter);

    /// <summary>That a column is one of the numbers of a JSON array.</summary>
    string IsAnyOf(string column, string parameter);

    /// <summary>A statement that gives the next id of a table that there has been a row in, and keeps it from being given again.</summary>
    string TakingId(string table, string column);

    /// <summary>Ends a query whose rows must not change until the transaction ends.</summary>
    string HoldingRows { get; }

    /// <summary>The same, where nobody else may hold them at the same time.</summary>
    string HoldingRowsAlone { get; }
}
