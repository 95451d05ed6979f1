using Nebula.Core.Databases;

namespace Nebula.Storage.Moving;

/// <summary>What the metadata say of something that is under way with a database's data.</summary>
/// <param name="Stage">A <see cref="Core.Databases.Moving.MoveStage"/> in lower case, or <see cref="MoveRegistry.Removing"/>.</param>
/// <param name="Owner">Names the process that is at it, or was.</param>
/// <param name="Beat">Counts up while that process lives.</param>
internal sealed record MoveEntry(DatabaseId Database, PlacementName Source, PlacementName Target, string Stage, string Owner, long Beat);
