using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Altering;

/// <summary>What follows from an alteration for what is kept beside the columns: indexes that come and go, and the definition.</summary>
internal sealed class AlterationPlan(CatalogTable entry, TableAlteration alteration)
{
    /// <summary>Indexes that go: those that were named, those on a column that goes, and those that came with a reference that goes.</summary>
    public IEnumerable<string> DroppedIndexes
    {
        get
        {
            var gone = Implied(alteration.Before).Except(Implied(alteration.After), StringComparer.OrdinalIgnoreCase).Select(OldName)
                .Concat(alteration.DroppedColumns).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return alteration.DroppedIndexes.Concat(entry.Table.Indexes
                .Where(i => i is { IsUnique: false, IsPartial: false, Columns: [var only] } && gone.Contains(only.Name) && !IsDeclared(entry.Table, i)).Select(i => i.Name))
                .Distinct(StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>Indexes that new references bring along.</summary>
    public IEnumerable<IndexDefinition> ImpliedIndexes => Implied(alteration.After).Except(Implied(alteration.Before), StringComparer.OrdinalIgnoreCase)
        .Select(column => new IndexDefinition(null, [column], IsUnique: false, Where: null, IsFullText: false));

    /// <summary>What is kept of the declaration: for a table of another program what Nebula added to it alone.</summary>
    public TableDefinition? Declared
    {
        get
        {
            if (entry.Table.IsOwn)
                return alteration.After;
            var added = alteration.AddedColumns.Select(a => a.Column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var columns = alteration.After.Columns.Where(c => added.Contains(c.Name) || entry.Declared?.Declares(OldName(c.Name)) == true).ToList();
            return columns.Count + alteration.After.Indexes.Count == 0 ? null : alteration.After with { Columns = columns, Unique = [] };
        }
    }

    public string NewName(string column) => alteration.RenamedColumns.FirstOrDefault(r => IsSameName(r.From, column)) is { To: { } to } ? to : column;

    private string OldName(string column) => alteration.RenamedColumns.FirstOrDefault(r => IsSameName(r.To, column)) is { From: { } from } ? from : column;

    private static IEnumerable<string> Implied(TableDefinition definition) => IndexSql.ForReferences(definition).Select(i => i.Columns[0]);

    private static bool IsDeclared(Table old, TableIndex index) => old.Definition is { } definition && definition.Indexes.Any(d =>
        index.Name.Equals(d.Name, StringComparison.OrdinalIgnoreCase)
        || (d is { Name: null, IsFullText: false, IsUnique: false, Where: null, Columns: [var only] } && IsSameName(only, index.Columns[0].Name)));

    private static bool IsSameName(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
