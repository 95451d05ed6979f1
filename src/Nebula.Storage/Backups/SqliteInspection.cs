using Nebula.Core.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Backups;

/// <summary>Opens a SQLite file of a backup, checks each page of it, and counts the rows.</summary>
internal static class SqliteInspection
{
    /// <summary>On a thread of its own: one of the pool would be missed for minutes. Throws <see cref="UnreadableBackupException"/> for what is damaged.</summary>
    /// <param name="name">Of the object, for the message.</param>
    public static Task<IReadOnlyList<BackedUpTable>> RunAsync(string path, string name, CancellationToken ct) =>
        BackgroundThread.RunOnceAsync(() => Run(path, name, ct), ct);

    private static IReadOnlyList<BackedUpTable> Run(string path, string name, CancellationToken ct)
    {
        try
        {
            using var file = Connection.Open(path, create: false);
            file.SetDeadline(TimeSpan.FromDays(1), ct);
            file.Execute("PRAGMA trusted_schema = OFF");
            file.Execute("PRAGMA cell_size_check = ON");
            if (Texts(file, "PRAGMA integrity_check(1)") is not ["ok"])
                throw Damaged(name, null);
            return [.. Texts(file, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").Where(IsCounted).Select(table => Count(file, table))];
        }
        catch (SqliteFaultException e)
        {
            ct.ThrowIfCancellationRequested();
            throw SqliteErrors.IsCorruption(e.Code) ? Damaged(name, e) : new UnreadableBackupException($"'{name}' can't be opened: {e.Reason}.", e);
        }
    }

    /// <summary>Not SQLite's own tables, and not those that Nebula keeps beside the data.</summary>
    private static bool IsCounted(string table) =>
        !table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) && !table.StartsWith("_nebula", StringComparison.OrdinalIgnoreCase);

    private static BackedUpTable Count(Connection file, string table) => new(table, file.ExecuteInteger($"SELECT count(*) FROM {Identifier.Quote(table)}"));

    private static List<string> Texts(Connection file, string sql)
    {
        var texts = new List<string>();
        var select = file.Prepare(sql);
        try
        {
            while (select.Step())
                texts.Add(select.Text(0));
        }
        finally
        {
            select.Reset();
        }

        return texts;
    }

    private static UnreadableBackupException Damaged(string name, Exception? inner) => new($"'{name}' is a damaged database.", inner);
}
