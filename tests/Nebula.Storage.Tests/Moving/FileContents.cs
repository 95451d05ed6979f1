using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>Everything that a database file holds, as lines of text: two files with the same lines hold the same.</summary>
internal static class FileContents
{
    public static IReadOnlyList<string> Of(string path)
    {
        using var file = new OtherProgram(path);
        var lines = new List<string>();
        foreach (var table in file.Column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '_nebula_fts%' ESCAPE '\\' AND name NOT IN ('_nebula_moving', 'sqlite_sequence') ORDER BY name"))
        {
            var columns = file.Column($"SELECT name FROM pragma_table_info('{table}') WHERE name <> 'seq' AND name <> 'definition'");
            lines.AddRange(file.Column($"SELECT '{table} ' || {string.Join(" || ' ' || ", columns.Select(c => $"quote(\"{c}\")"))} AS line FROM \"{table}\" ORDER BY line"));
        }

        lines.AddRange(file.Column("SELECT 'last ' || name || ' ' || seq FROM sqlite_sequence WHERE name <> '_nebula_moving' ORDER BY name"));
        lines.AddRange(file.Column("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE '\\_nebula\\_moving%' ESCAPE '\\' AND name NOT LIKE '\\_nebula\\_log%' ESCAPE '\\' AND name NOT LIKE '%shadow%' ORDER BY type, name"));
        return lines;
    }
}
