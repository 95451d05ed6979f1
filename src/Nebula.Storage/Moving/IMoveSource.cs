namespace Nebula.Storage.Moving;

/// <summary>
/// The copy of a database that serves while it is moved. Every member throws <see cref="MoveBrokenOffException"/> when it can't do what it is asked for. Disposing lets go of what this process holds of it; what
/// stands in the database itself stays.
/// </summary>
internal interface IMoveSource : IAsyncDisposable
{
    /// <summary>
    /// Begins to log what changes, and gives the tables as they are from then on. What an earlier move left of a log goes. Refuses, by name, what can't be moved.
    /// </summary>
    ValueTask<MovedSchema> BeginAsync(CancellationToken ct);

    /// <summary>A snapshot as of now. Breaks the move off when the schema is not the one that it began with, or the copy was changed behind the log.</summary>
    ValueTask<IMoveSnapshot> OpenSnapshotAsync(CancellationToken ct);

    /// <summary>Sends away, as far as that can be done without holding anybody up, what would be in the way of the fence.</summary>
    ValueTask MakeWayAsync(CancellationToken ct);

    /// <summary>
    /// Lets no write begin, here or on any other server, and waits for those that run: they wait until <see cref="OpenAsync"/> or <see cref="LeaveAsync"/>. False, and everything as it was, when one runs for longer
    /// than the patience.
    /// </summary>
    ValueTask<bool> FenceAsync(TimeSpan patience, CancellationToken ct);

    /// <summary>Ends the fence: those who wait go on here. The log goes on too.</summary>
    ValueTask OpenAsync(CancellationToken ct);

    /// <summary>Ends the fence and the log: the source serves on. Whatever a move has come to, and also when another process made it.</summary>
    ValueTask ReleaseAsync(CancellationToken ct);

    /// <summary>The new copy serves: those who wait go there, and this copy is never written again.</summary>
    ValueTask LeaveAsync(CancellationToken ct);

    /// <summary>Removes the old copy, however far that had come.</summary>
    ValueTask RemoveAsync(CancellationToken ct);
}
