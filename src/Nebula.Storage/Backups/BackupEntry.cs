using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;

namespace Nebula.Storage.Backups;

/// <summary>A database that is to be backed up.</summary>
internal sealed record BackupEntry(DatabaseId Id, UserId OwnerId, string OwnerEmail, DatabaseName Name)
{
    public string FullName => $"{OwnerEmail}/{Name}";

    public BackedUpDatabase With(BackedUpFile file) => new(Id, OwnerId, OwnerEmail, Name, file);
}
