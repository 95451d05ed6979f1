using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;

namespace Nebula.Storage.Moving;

/// <summary>The entry of one move in the metadata.</summary>
/// <param name="notify">Makes this server look the database up anew.</param>
internal sealed class MoveJournal(
    MoveRegistry moves, MoveEntry entry, Func<DatabaseId, ValueTask> notify, TimeProvider clock) : IMoveJournal
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    public bool IsFlipped { get; private set; }

    public ValueTask NoteAsync(MoveStage stage, CancellationToken ct) => OwnAsync(moves.NoteAsync(entry.Database, entry.Owner, MoveRegistry.StageOf(stage), ct));

    /// <summary>Makes sure that nobody else has taken the move over. Throws <see cref="MoveBrokenOffException"/> otherwise, and where that can't be known.</summary>
    public ValueTask ConfirmAsync(CancellationToken ct) => OwnAsync(moves.IsOwnedAsync(entry.Database, entry.Owner, ct));

    public async ValueTask FlipAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            // From here on it must be known what came of it, so it is not cancelled.
            IsFlipped = await moves.FlipAsync(entry, CancellationToken.None);
        }
        catch (Exception e) when (e is not MoveBrokenOffException)
        {
            IsFlipped = await FindOutAsync();
        }

        if (!IsFlipped)
            throw new MoveBrokenOffException("The database was removed, or the move was taken over.");
        await notify(entry.Database);
    }

    private static async ValueTask OwnAsync(ValueTask<bool> isOwned)
    {
        try
        {
            if (!await isOwned)
                throw new MoveBrokenOffException(MoveRegistry.TakenOver);
        }
        catch (UnavailableException e)
        {
            throw new MoveBrokenOffException(e.Error, e);
        }
    }

    /// <summary>The commit may have come through or not, and until the metadata can be read again nothing can go on: the writes wait, and fail as all does without the metadata.</summary>
    private async ValueTask<bool> FindOutAsync()
    {
        while (true)
        {
            try
            {
                return await moves.IsFlippedAsync(entry, CancellationToken.None);
            }
            catch (UnavailableException)
            {
                await Task.Delay(_pause, clock, CancellationToken.None);
            }
        }
    }
}
