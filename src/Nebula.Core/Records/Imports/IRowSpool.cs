namespace Nebula.Core.Records.Imports;

/// <summary>Rows that are kept aside until all of a body were read. Not thread-safe. Disposing forgets them; so does a crash.</summary>
public interface IRowSpool : IDisposable
{
    /// <summary>Keeps the rows of a block, which may be changed then. Fails with storage_full or unavailable.</summary>
    ValueTask<Result<Done>> AddAsync(RowBlock block, CancellationToken ct);
}
