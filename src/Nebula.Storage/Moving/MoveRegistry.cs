using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Metadata;

namespace Nebula.Storage.Moving;

/// <summary>
/// What is under way with the data of databases, in the metadata: one thing at a time for each, and whoever is at it says again and again that it lives. Each change is conditional on the owner, so that
/// nobody goes on with what somebody else has taken over.
/// </summary>
/// <param name="metadata">As the steps of a move reach them, which must not wait for requests.</param>
/// <param name="everyday">As whoever looks what there is reaches them; the same if not given.</param>
internal sealed class MoveRegistry(IMetadata metadata, TimeProvider clock, IMetadata? everyday = null)
{
    /// <summary>The stage of a database whose entry goes, and whose data are then to be removed.</summary>
    public const string Removing = "removing";

    private readonly IMetadata _everyday = everyday ?? metadata;
    private readonly string _moves = metadata.Table("moves");
    private readonly string _databases = metadata.Table("databases");

    public static string StageOf(MoveStage stage) => stage switch
    {
        MoveStage.CatchingUp => "catching_up",
        _ => stage.ToString().ToLowerInvariant(),
    };

    /// <summary>
    /// Enters it, and holds the database's entry meanwhile: whoever renames or removes the database holds it too, and then looks here. Fails with busy when something is under way with the database already, or
    /// was until now: it may be somewhere else by now, or gone.
    /// </summary>
    public async ValueTask<Result<Done>> BeginAsync(MoveEntry entry, CancellationToken ct)
    {
        try
        {
            var begun = await _everyday.WriteAsync(
                s => s.ExecuteAsync(
                    $"""
                    INSERT INTO {_moves} (database_id, source, target, stage, owner, started_at)
                    SELECT database_id, @source, @target, @stage, @owner, @now FROM {_databases} WHERE database_id = @id AND placement = @source AND state <> 'deleting'{metadata.HoldingRows}
                    """,
                    ("@id", entry.Database.Value), ("@source", entry.Source.Value), ("@target", entry.Target.Value), ("@stage", entry.Stage), ("@owner", entry.Owner), ("@now", Timestamps.ToText(clock.GetUtcNow()))),
                ct);
            return begun == 1 ? new Done() : Busy;
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return Busy;
        }
    }

    /// <summary>False when somebody else has taken it over.</summary>
    public async ValueTask<bool> NoteAsync(DatabaseId database, string owner, string? stage, CancellationToken ct) => await metadata.WriteAsync(
        s => s.ExecuteAsync(
            $"UPDATE {_moves} SET stage = coalesce(@stage, stage), beat = beat + 1 WHERE database_id = @id AND owner = @owner", ("@id", database.Value), ("@owner", owner), ("@stage", stage)),
        ct) == 1;

    public async ValueTask<bool> IsOwnedAsync(DatabaseId database, string owner, CancellationToken ct) => (await metadata.ReadAsync(
        s => s.QueryAsync($"SELECT 1 FROM {_moves} WHERE database_id = @id AND owner = @owner", _ => true, ("@id", database.Value), ("@owner", owner)), ct)).Count == 1;

    /// <summary>Claims a move for undoing it. False when somebody else has taken it over, or when it was flipped, also by a commit whose outcome nobody heard: then there is nothing left to undo.</summary>
    public async ValueTask<bool> BeginUndoAsync(MoveEntry entry, CancellationToken ct) => await metadata.WriteAsync(
        s => s.ExecuteAsync(
            $"UPDATE {_moves} SET beat = beat + 1 WHERE database_id = @id AND owner = @owner AND stage <> '{StageOf(MoveStage.Cleaning)}'", ("@id", entry.Database.Value), ("@owner", entry.Owner)),
        ct) == 1;

    /// <summary>Whether a flip came through whose commit nobody heard of. Waits for it by the lock of its row: a read alone would not see one that is still under way.</summary>
    public ValueTask<bool> IsFlippedAsync(MoveEntry entry, CancellationToken ct) => metadata.WriteAsync(
        async s =>
        {
            await s.ExecuteAsync($"UPDATE {_moves} SET beat = beat + 1 WHERE database_id = @id", ("@id", entry.Database.Value));
            return (await s.QueryAsync($"SELECT placement FROM {_databases} WHERE database_id = @id", r => r.GetString(0), ("@id", entry.Database.Value))) is [var placement] && placement == entry.Target.Value;
        },
        ct);

    /// <summary>
    /// Says that a database is at the target, together with the note that only cleaning up is left. False when it is not at the source any more, is gone, or somebody else has taken the move over.
    /// </summary>
    public async ValueTask<bool> FlipAsync(MoveEntry entry, CancellationToken ct)
    {
        try
        {
            return await metadata.WriteAsync(
                async s =>
                {
                    var noted = await s.ExecuteAsync(
                        $"UPDATE {_moves} SET stage = '{StageOf(MoveStage.Cleaning)}', beat = beat + 1 WHERE database_id = @id AND owner = @owner", ("@id", entry.Database.Value), ("@owner", entry.Owner));
                    var flipped = await s.ExecuteAsync(
                        $"UPDATE {_databases} SET placement = @target, updated_at = @now WHERE database_id = @id AND placement = @source AND state <> 'deleting'",
                        ("@id", entry.Database.Value), ("@source", entry.Source.Value), ("@target", entry.Target.Value), ("@now", Timestamps.ToText(clock.GetUtcNow())));
                    return noted == 1 && flipped == 1 ? true : throw new NotFlippedException(); // so that neither of the two is committed
                },
                ct);
        }
        catch (NotFlippedException)
        {
            return false;
        }
    }

    public async ValueTask EndAsync(DatabaseId database, string owner, CancellationToken ct) =>
        await _everyday.WriteAsync(s => s.ExecuteAsync($"DELETE FROM {_moves} WHERE database_id = @id AND owner = @owner", ("@id", database.Value), ("@owner", owner)), ct);

    /// <summary>Makes a new owner of what an old one has left. False when that one lives after all, or somebody else was first.</summary>
    public async ValueTask<bool> TakeOverAsync(MoveEntry entry, string owner, CancellationToken ct) => await metadata.WriteAsync(
        s => s.ExecuteAsync(
            $"UPDATE {_moves} SET owner = @new, beat = beat + 1 WHERE database_id = @id AND owner = @owner AND beat = @beat",
            ("@id", entry.Database.Value), ("@new", owner), ("@owner", entry.Owner), ("@beat", entry.Beat)),
        ct) == 1;

    public async ValueTask<MoveEntry?> FindAsync(DatabaseId database, CancellationToken ct) => (await ListAsync(ct)).FirstOrDefault(m => m.Database == database);

    public ValueTask<List<MoveEntry>> ListAsync(CancellationToken ct) => _everyday.ReadAsync(
        s => s.QueryAsync(
            $"SELECT database_id, source, target, stage, owner, beat FROM {_moves} ORDER BY database_id",
            r => new MoveEntry(new DatabaseId(r.GetInt64(0)), NameOf(r.GetString(1)), NameOf(r.GetString(2)), r.GetString(3), r.GetString(4), r.GetInt64(5))),
        ct);

    public static Error Busy { get; } = new(ErrorCodes.Busy, "The database's data are being moved.") { RetryAfter = TimeSpan.FromSeconds(30), Hint = "Send the request again when the move is over." };

    public static Error TakenOver { get; } = new(ErrorCodes.Conflict, "Another process has taken the move over, because this one did not say for long that it lives.");

    private static PlacementName NameOf(string text) =>
        PlacementName.TryParse(text, out var name) ? name : throw new InvalidDataException($"The metadata hold the name of a placement that is none: '{text}'.");

    private sealed class NotFlippedException : Exception;
}
