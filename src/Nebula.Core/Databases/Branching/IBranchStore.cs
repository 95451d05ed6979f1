namespace Nebula.Core.Databases.Branching;

/// <summary>Keeps how far branches are that take long, for every server to tell. Thread-safe.</summary>
public interface IBranchStore
{
    /// <summary>Takes an id for a copy that is to be made. No other database gets it, whatever becomes of the copy.</summary>
    ValueTask<DatabaseId> TakeIdAsync(CancellationToken ct);

    /// <summary>Keeps one as it is now, over what is kept of it. Ones that ended a day ago are forgotten.</summary>
    ValueTask SetAsync(Branch branch, CancellationToken ct);

    ValueTask<Branch?> FindAsync(string id, CancellationToken ct);
}
