namespace Nebula.Server.Backups;

/// <summary>A place for backups: a directory, by its absolute path.</summary>
internal sealed record BackupPlace(string Directory)
{
    /// <summary>Gives what is wrong with a text, or null.</summary>
    public static string? Parse(string text, out BackupPlace? place)
    {
        place = null;
        if (text.Any(char.IsControl))
            return "has a control character";
        if (!Path.IsPathFullyQualified(text))
            return "is not an absolute path";
        place = new BackupPlace(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text)));
        return null;
    }
}
