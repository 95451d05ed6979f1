namespace Nebula.Core.Databases.Moving;

/// <summary>What a move of a database is at.</summary>
public enum MoveStage
{
    Preparing,
    Copying,
    Indexing,
    CatchingUp,
    Verifying,
    Switching,
    Cleaning,
}
