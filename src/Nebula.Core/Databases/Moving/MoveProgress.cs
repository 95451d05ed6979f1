namespace Nebula.Core.Databases.Moving;

/// <summary>How far a move is.</summary>
/// <param name="Done">Of the stage: records, or tables while it makes indexes.</param>
/// <param name="Total">Of the stage, as far as it is known.</param>
public readonly record struct MoveProgress(MoveStage Stage, long Done, long? Total);
