using System.Text;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Schema;

/// <summary>A table with what the engine keeps for it.</summary>
/// <param name="IsCountKept">
/// Whether its total is kept as rows come and go, by an engine that keeps totals. SQLite does not tell of the rows of a table without rowid, of those that a REPLACE removes, nor of those that
/// a trigger removes all at once: https://sqlite.org/c3ref/update_hook.html. Nebula makes none of these.
/// </param>
/// <param name="Fingerprint">Everything that the table was read from: with the same one it is the same table.</param>
/// <param name="RowKey">
/// What tells its rows apart and what they lie in the order of: the key, or SQLite's rowid, which no change of a record moves, or the primary key where there is none.
/// Null where there is neither.
/// </param>
/// <param name="Declared">What Nebula declared of it, as it still holds; null for a table that it did not make or change.</param>
internal sealed record CatalogTable(SqlDialect Dialect, Table Table, bool IsCountKept, string Fingerprint, IReadOnlyList<KeyTerm>? RowKey, TableDefinition? Declared)
{
    public RecordSql Sql { get; } = new(Dialect, Table);

    /// <summary>Writes rows with all columns.</summary>
    public RowJson Json { get; } = RowJson.Of(Table.Columns);

    /// <summary>Lists without conditions.</summary>
    public PlainPages PlainPages => _plainPages ??= new PlainPages(Dialect, Table, Json);

    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Table.Name);

    private PlainPages? _plainPages;
}
