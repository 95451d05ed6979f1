using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>A database that was made of another one as it was at a moment.</summary>
/// <param name="AsOf">The time of the last commit that is in it.</param>
/// <param name="Gap">Where the history breaks off before the moment, as a sentence; null where it does not.</param>
public sealed record RestoredDatabase(Database Database, DateTimeOffset AsOf, string? Gap);
