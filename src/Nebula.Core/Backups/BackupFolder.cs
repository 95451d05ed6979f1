using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>A part of a target with backups that belong together: those of the operator, or those that an owner made of one database.</summary>
public sealed record BackupFolder
{
    private BackupFolder(string path) => Path = path;

    /// <summary>The beginning of the objects' names, with the slash at its end.</summary>
    public string Path { get; }

    public static BackupFolder Operator { get; } = new("backups/");

    /// <summary>Of the account as well: another server that keeps its backups in the same place may have given the number to a database of somebody else.</summary>
    public static BackupFolder Of(Database database) => new($"accounts/{database.OwnerId}/{database.Id}/");
}
