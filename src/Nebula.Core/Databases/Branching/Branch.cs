using Nebula.Core.Accounts;

namespace Nebula.Core.Databases.Branching;

/// <summary>An independent copy of a database that is being made, or was.</summary>
/// <param name="Id">A UUIDv7.</param>
/// <param name="Source">What is copied.</param>
/// <param name="Name">What the copy is called.</param>
public sealed record Branch(string Id, UserId Owner, DatabaseId Source, DatabaseName Name, BranchState State, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The id of the copy, which it has when it is there; null for one that an older Nebula began.</summary>
    public DatabaseId? Made { get; init; }

    /// <summary>From 0 to 1; null where that is not known.</summary>
    public double? Progress { get; init; }

    /// <summary>Why it failed: code and message.</summary>
    public Error? Failure { get; init; }
}
