namespace Nebula.Storage.Moving;

/// <summary>
/// The copy of a database that is being made. Nobody but the move reads or writes it until it is ready and the metadata say that the database is there. Every member throws
/// <see cref="MoveBrokenOffException"/> when it can't do what it is asked for.
/// </summary>
internal interface IMoveTarget : IMoveReader, IAsyncDisposable
{
    /// <summary>Makes the tables, after removing what a broken-off move left. Refuses where something else is in the way.</summary>
    ValueTask CreateAsync(MovedSchema schema, CancellationToken ct);

    ValueTask<IMoveBatch> BeginAsync(CancellationToken ct);

    /// <summary>Makes what would have been in the way of the rows: what is unique, and the other indexes.</summary>
    /// <param name="progress">Is told how many tables are done.</param>
    ValueTask IndexAsync(MovedSchema schema, IProgress<int> progress, CancellationToken ct);

    /// <summary>
    /// Makes the copy whole and durable: references, and the numbers that come next. Quick, since writes wait meanwhile. False, with the copy as it was, when at its end it is not in time.
    /// </summary>
    ValueTask<bool> FinishAsync(MovedSchema schema, NextIds ids, Func<bool> isInTime, CancellationToken ct);

    /// <summary>The metadata say that the database is here: nothing marks the copy as one that is being made any more.</summary>
    ValueTask AdoptAsync(CancellationToken ct);

    /// <summary>Removes what was made, if anything was.</summary>
    ValueTask DropAsync(CancellationToken ct);
}
