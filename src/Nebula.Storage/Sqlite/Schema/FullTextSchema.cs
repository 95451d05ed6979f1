using Nebula.Core.Tables;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>
/// SQL text that makes full-text indexes: an FTS5 table without content of its own, which triggers keep current whoever writes the table, see
/// https://sqlite.org/fts5.html#external_content_tables.
/// </summary>
internal static class FullTextSchema
{
    /// <summary>What the names of all of them begin with; the table's identity follows, so that a rename changes nothing.</summary>
    public const string Prefix = "_nebula_fts_";

    public static string NameOf(TableId table) => $"{Prefix}{table.Value}";

    /// <summary>SQLite's own number of a row, for tables without an integer key; no table with such an index has a column of that name.</summary>
    public const string RowIdName = "rowid";

    /// <summary>The statements that make an index, its triggers, and fill it.</summary>
    /// <param name="row">The column that numbers the rows: the integer key, or <see cref="RowIdName"/>.</param>
    public static IEnumerable<string> Create(TableId id, string table, string row, IReadOnlyList<string> columns)
    {
        var name = NameOf(id);
        var quoted = Identifier.Quote(name);
        var all = string.Join(", ", columns.Select(Identifier.Quote));
        yield return $"CREATE VIRTUAL TABLE {quoted} USING fts5({all}, content={Identifier.Quote(table)}, content_rowid={Identifier.Quote(row)}, tokenize=\"unicode61 remove_diacritics 2\")";

        string Values(string version) => string.Join(", ", columns.Select(c => $"{version}.{Identifier.Quote(c)}"));
        var key = Identifier.Quote(row);
        var added = $"INSERT INTO {quoted}(rowid, {all}) VALUES (new.{key}, {Values("new")});";
        var removed = $"INSERT INTO {quoted}({quoted}, rowid, {all}) VALUES ('delete', old.{key}, {Values("old")});";
        string Trigger(string suffix, string when, string body) =>
            $"CREATE TRIGGER {Identifier.Quote(name + suffix)} AFTER {when} ON {Identifier.Quote(table)} BEGIN {body} END";
        yield return Trigger("_ai", "INSERT", added);
        yield return Trigger("_ad", "DELETE", removed);
        var changed = row == RowIdName ? columns : [row, .. columns];
        yield return Trigger("_au", $"UPDATE OF {string.Join(", ", changed.Select(Identifier.Quote))}", $"{removed} {added}");
        yield return $"INSERT INTO {quoted}({quoted}) VALUES ('rebuild')";
    }

    /// <summary>The statements that remove an index with its triggers.</summary>
    public static IEnumerable<string> Drop(TableId id)
    {
        var name = NameOf(id);
        foreach (var suffix in new[] { "_ai", "_ad", "_au" })
            yield return $"DROP TRIGGER IF EXISTS {Identifier.Quote(name + suffix)}";
        yield return $"DROP TABLE IF EXISTS {Identifier.Quote(name)}";
    }
}
