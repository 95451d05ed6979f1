using Nebula.Core.Accounts;
using Nebula.Core.Background;

namespace Nebula.Core.Databases.Branching;

/// <summary>An independent copy of a database that is being made, or was.</summary>
/// <param name="Id">A UUIDv7.</param>
/// <param name="Source">What is copied.</param>
/// <param name="Name">What the copy is called.</param>
/// <param name="Made">The id of the copy, which it has when it is there; null for one that an older Nebula began.</param>
public sealed record Branch(string Id, UserId Owner, DatabaseId Source, DatabaseName Name, DatabaseId? Made, DateTimeOffset CreatedAt, WorkStatus Status);
