using Nebula.Core.Records;

namespace Nebula.Storage.Moving;

/// <summary>Changes of a target that are made together; undone when disposed without a commit.</summary>
internal interface IMoveBatch : IAsyncDisposable
{
    /// <summary>Removes records, and nothing else with them.</summary>
    ValueTask DeleteAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct);

    /// <summary>Adds records whose keys are not there.</summary>
    ValueTask InsertAsync(MovedTable table, IReadOnlyList<MovedRow> rows, CancellationToken ct);

    /// <summary>Adds kept answers; of two for one request the later one stays.</summary>
    ValueTask KeepAsync(IReadOnlyList<KeptAnswer> answers, CancellationToken ct);

    ValueTask CommitAsync(CancellationToken ct);
}
