using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>The backups that an owner made of one database. Neither has to be there any more.</summary>
public sealed record OwnedBackups(UserId Owner, DatabaseId Database)
{
    public BackupFolder Folder => BackupFolder.Of(Owner, Database);
}
