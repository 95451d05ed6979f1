namespace Nebula.Storage.Moving;

/// <summary>
/// A source at one moment, while others go on writing it. To be let go of soon: it keeps the engine from cleaning up. Every member throws <see cref="MoveBrokenOffException"/> when the source can't be
/// read.
/// </summary>
internal interface IMoveSnapshot : IMoveReader, IAsyncDisposable
{
    /// <summary>Its place in the log: what the snapshot holds, and nothing else, was logged up to here.</summary>
    string Position { get; }

    /// <summary>What was logged after an earlier snapshot's position, up to this one's: as many keys at once as asked for, but for the last ones, and each key once. Can be read several times.</summary>
    IAsyncEnumerable<MoveChanges> ReadChangesAsync(string after, int limit, CancellationToken ct);

    /// <summary>About how many records a table has.</summary>
    ValueTask<long> EstimateAsync(MovedTable table, CancellationToken ct);

    /// <summary>Kept answers after a number, in the order of their numbers.</summary>
    ValueTask<IReadOnlyList<KeptAnswer>> ReadAnswersAsync(long after, int limit, CancellationToken ct);

    /// <summary>Kept answers by their numbers.</summary>
    ValueTask<IReadOnlyList<KeptAnswer>> ReadAnswersAsync(IReadOnlyList<long> numbers, CancellationToken ct);

    ValueTask<NextIds> ReadNextIdsAsync(MovedSchema schema, CancellationToken ct);
}
