using System.Text;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>What the file says of one table.</summary>
/// <param name="Timestamps">A comma list of the timestamps that Nebula keeps in it.</param>
/// <param name="Definition">What was declared, as JSON; null for a table that Nebula did not make.</param>
/// <param name="FullText">The statement that made its full-text index, if it has one.</param>
/// <param name="Types">Types that were found for its columns, as JSON; null where nothing was looked for.</param>
internal sealed record TableRows(
    string Name, long RootPage, string Sql, long Id, string Timestamps, string CreatedAt, bool HasRowId, bool IsCountKept, string? Definition, string? FullText, string? Types)
{
    public List<ColumnRow> Columns { get; } = [];

    public List<IndexRow> Indexes { get; } = [];

    public List<ForeignKeyRow> ForeignKeys { get; } = [];

    /// <summary>All that can change: columns, references and constraints are told by the statement that made the table.</summary>
    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            foreach (var part in new[] { $"{Id} {RootPage} {IsCountKept}", Name, Sql, Timestamps, CreatedAt, Definition, FullText, Types })
                text.Append(part).Append('\0');
            foreach (var index in Indexes)
                text.Append(index.Name).Append('\0').Append(index.Sql).Append('\0');
            return text.ToString();
        }
    }

    /// <param name="PrimaryKey">Its place in the primary key, from 1; 0 for none.</param>
    /// <param name="IsHidden">Generated, or of a virtual table.</param>
    internal readonly record struct ColumnRow(string Name, string Type, bool IsNotNull, string? Default, long PrimaryKey, bool IsHidden);

    /// <param name="Origin"><c>c</c> for CREATE INDEX, <c>u</c> for UNIQUE, <c>pk</c> for PRIMARY KEY.</param>
    internal sealed record IndexRow(string Name, bool IsUnique, string Origin, bool IsPartial, string? Sql)
    {
        /// <summary>A null stands for an expression.</summary>
        public List<string?> Columns { get; } = [];

        /// <summary>What it compares the texts of each of them by.</summary>
        public List<string> Collations { get; } = [];

        /// <summary>Whether it compares otherwise than one of its columns does. What is unique by such an index need not be what an equal value finds.</summary>
        public bool ComparesOtherwise { get; set; }
    }

    /// <param name="Id">References of several columns have several rows of one id.</param>
    internal readonly record struct ForeignKeyRow(long Id, string Table, string From, string? To, string OnDelete);
}
