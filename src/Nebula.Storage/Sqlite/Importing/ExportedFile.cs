using Nebula.Storage.Sqlite.Moving;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>Makes of the copy of a database what is given away: one file, without what is the server's own affair.</summary>
internal static class ExportedFile
{
    public static void Finish(string path)
    {
        using var file = Connection.Open(path, create: false);
        file.Execute("PRAGMA synchronous = OFF");
        file.Execute("PRAGMA journal_mode = DELETE");

        // Overwritten, not only forgotten: kept answers hold what others were told.
        file.Execute("PRAGMA secure_delete = ON");
        file.Execute($"DROP TABLE IF EXISTS {ChangeLog.TableName}");
        file.Execute($"DROP TABLE IF EXISTS {KeptAnswers.TableName}");
        MoveLog.Drop(file);
    }
}
