using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>A part of a target with backups that belong together: those of the operator, or those that an owner made of one database.</summary>
public sealed record BackupFolder
{
    /// <summary>What the folders of owners are in, with the slash at its end.</summary>
    public const string Owners = "accounts/";

    private BackupFolder(string path) => Path = path;

    /// <summary>The beginning of the objects' names, with the slash at its end.</summary>
    public string Path { get; }

    public static BackupFolder Operator { get; } = new("backups/");

    public static BackupFolder Of(Database database) => Of(database.OwnerId, database.Id);

    /// <summary>Of the account as well: another server that keeps its backups in the same place may have given the number to a database of somebody else.</summary>
    public static BackupFolder Of(UserId owner, DatabaseId database) => new($"{Owners}{owner}/{database}/");
}
