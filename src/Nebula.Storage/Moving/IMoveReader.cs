using Nebula.Core.Records;

namespace Nebula.Storage.Moving;

/// <summary>Reads a copy of a database that is moved: the source's through a snapshot, the target's as it is. Used by one thread at a time.</summary>
internal interface IMoveReader
{
    /// <summary>The next records in the order of their keys: at least one unless there is none, at most as many as asked for.</summary>
    /// <param name="after">The last key that was read; null begins.</param>
    /// <param name="upTo">The last key to read; null for all.</param>
    ValueTask<IReadOnlyList<MovedRow>> ReadBlockAsync(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct);

    /// <summary>The records of some keys in the order of their keys; those that are not there are left out.</summary>
    ValueTask<IReadOnlyList<MovedRow>> ReadRecordsAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct);
}
