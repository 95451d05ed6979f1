using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Auditing;

/// <summary>Something that is about to be done. Holds names and ids only, never a secret or a value.</summary>
/// <param name="Owner">The account that it concerns.</param>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
public sealed record AuditEvent(UserId Owner, AuditActor Actor, string Action)
{
    /// <summary>Null when it concerns no database, or one that is yet to be made.</summary>
    public DatabaseId? DatabaseId { get; init; }

    public DatabaseName? DatabaseName { get; init; }

    /// <summary>The key or the table by its name, a backup by its id; what a database is called from now on, what it is a branch or a restoration of, or where it is moved to.</summary>
    public string? Subject { get; init; }

    /// <summary>The names of what is changed.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Something that a caller does with a database.</summary>
    public static AuditEvent Of(Caller caller, Database database, string action) =>
        new(database.OwnerId, AuditActor.Of(caller), action) { DatabaseId = database.Id, DatabaseName = database.Name };
}
