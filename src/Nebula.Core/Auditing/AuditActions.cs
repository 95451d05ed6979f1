namespace Nebula.Core.Auditing;

/// <summary>What can be done, as the audit log names it: the kind of thing, a point, and what is done with it.</summary>
public static class AuditActions
{
    public const string AccountCreate = "account.create";
    public const string AccountUpdate = "account.update";
    public const string AccountPassword = "account.password";
    public const string AccountQuota = "account.quota";
    public const string AccountDelete = "account.delete";
    public const string DatabaseCreate = "database.create";
    public const string DatabaseRename = "database.rename";
    public const string DatabaseDelete = "database.delete";
    public const string DatabaseImport = "database.import";
    public const string DatabaseBranch = "database.branch";
    public const string DatabaseMove = "database.move";
    public const string DatabaseRestore = "database.restore";
    public const string BackupCreate = "backup.create";
    public const string BackupDelete = "backup.delete";
    public const string KeyCreate = "api_key.create";
    public const string KeyUpdate = "api_key.update";
    public const string KeyDelete = "api_key.delete";
    public const string TableCreate = "table.create";
    public const string TableAlter = "table.alter";
    public const string TableDelete = "table.delete";
}
