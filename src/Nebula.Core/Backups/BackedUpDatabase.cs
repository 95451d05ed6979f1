using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>A database in a backup.</summary>
public sealed record BackedUpDatabase(DatabaseId Id, UserId OwnerId, string OwnerEmail, DatabaseName Name, BackedUpFile File)
{
    /// <summary>As operators name it.</summary>
    public string FullName => $"{OwnerEmail}/{Name}";
}
