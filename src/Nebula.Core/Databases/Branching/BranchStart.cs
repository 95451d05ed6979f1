namespace Nebula.Core.Databases.Branching;

/// <summary>What became of a wish for a branch within the time that a request waits: the copy, or how far it is.</summary>
public sealed record BranchStart(Database? Made, Branch? Running);
