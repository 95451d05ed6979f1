namespace Nebula.Core.Databases.Moving;

/// <summary>Moves databases from one placement to another while they are served. Thread-safe.</summary>
public interface IDatabaseMover
{
    /// <summary>
    /// Moves a database with everything in it. Reads go on throughout, writes wait less than a second while the new copy takes over. When this fails, is cancelled, or the process ends, the database is where it
    /// was and goes on as it did, and another attempt can be made; once the new copy has taken over, that stays. Fails with conflict, saying what can't be moved or who is moving it, with
    /// database_not_found, placed_elsewhere, busy or unavailable.
    /// </summary>
    ValueTask<Result<MoveReport>> MoveAsync(Database database, PlacementName to, IProgress<MoveProgress> progress, CancellationToken ct);
}
