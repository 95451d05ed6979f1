using Nebula.Core.Databases.Moving;

namespace Nebula.Storage.Moving;

/// <summary>What the metadata know of a move that is under way. Every member throws <see cref="MoveBrokenOffException"/> when somebody else has taken the move over.</summary>
internal interface IMoveJournal
{
    /// <summary>Notes what is done next, before it is done.</summary>
    ValueTask NoteAsync(MoveStage stage, CancellationToken ct);

    /// <summary>
    /// Says that the database is at the target, in one transaction with the note that the move only has to clean up, and tells every cache that can be told. When this returns, it is so; when it throws
    /// <see cref="MoveBrokenOffException"/>, it is not so. Anything else it throws leaves that open: nothing may then be undone.
    /// </summary>
    ValueTask FlipAsync(CancellationToken ct);
}
