using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Altering;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Changes a table in place and keeps its records and its identity. All in one transaction, so that a refusal leaves everything as it was.</summary>
internal static class AlterTable
{
    public static async Task<Error?> RunAsync(SchemaChange change, Table opened, TableAlteration alteration, CancellationToken ct)
    {
        if (change.Catalog.Find(opened) is not { } entry)
            return Error.StaleTable;
        var old = entry.Table;
        if (Referrers.Find(change.Catalog.Schema, old, alteration) is { } needed)
            return needed;
        if (SystemColumns.Find(alteration.After.Columns) is { } reserved)
            return reserved;
        if (alteration.RenameTo is { } name && !name.Equals(old.Name, StringComparison.OrdinalIgnoreCase) && await change.IsTakenAsync(name, ct))
            return SchemaChange.Taken(ErrorCodes.TableExists, name);
        try
        {
            return await AlterAsync(change, entry, alteration, ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DependentObjectsStillExist or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.WrongObjectType
            or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.DatatypeMismatch)
        {
            // A view or an index of another program that needs what goes, or that can't be of another type.
            return new Error(ErrorCodes.Conflict, "PostgreSQL refuses the change.") { Hint = "Something else in the database needs the table as it is." };
        }
    }

    private static async Task<Error?> AlterAsync(SchemaChange change, CatalogTable entry, TableAlteration alteration, CancellationToken ct)
    {
        var (old, shape, plan) = (entry.Table, alteration.Shape, new AlterationPlan(entry, alteration));
        var fullText = alteration.After.Indexes.FirstOrDefault(i => i.IsFullText);
        var isSearchedAnew = IsSearchedAnew(old, alteration, fullText);
        if (isSearchedAnew && old.FullText is not null)
            await IndexChanges.DropFullTextAsync(change, old.Name, ct);
        await change.ExecuteAsync([.. plan.DroppedIndexes.Select(i => IndexSql.Drop(change.Dialect, i))], ct);
        await ColumnChanges.DropAndRenameAsync(change, old, alteration, ct);
        if (await RecordsInTheWay.FindAsync(change, alteration, ct) is { } broken)
            return broken;

        await ColumnChanges.ChangeAsync(change, alteration, ct);
        if (await RecordsInTheWay.FindAsync(change, shape, Obstacles.BrokenReferences(change.Dialect, alteration), ct) is { } dangling)
            return dangling;
        await ColumnChanges.ReferAsync(change, alteration, ct);
        foreach (var (place, index) in alteration.AddedIndexes.Where(i => !i.Index.IsFullText))
        {
            if (index.IsUnique && await RecordsInTheWay.FindAsync(change, shape, [Obstacles.Duplicates(change.Dialect, shape, index, place)], ct) is { } duplicates)
                return duplicates;
            if (await IndexChanges.CreateAsync(change, shape, index, ct) is { } taken)
                return taken;
        }

        foreach (var index in plan.ImpliedIndexes)
        {
            if (await IndexChanges.CreateAsync(change, shape, index, ct) is { } taken)
                return taken;
        }

        if (isSearchedAnew && fullText is not null)
            await IndexChanges.CreateAsync(change, shape, fullText, ct);
        await TableEntries.SetAsync(change, old.Id, shape.Name, alteration.After, ct);
        return null;
    }

    /// <summary>The column of words follows renames by itself, but stands in the way of another type of what it is made of.</summary>
    private static bool IsSearchedAnew(Table old, TableAlteration alteration, IndexDefinition? wanted) => old.FullText is { } index
        ? wanted is null || alteration.AddedIndexes.Any(i => i.Index.IsFullText) || alteration.AlteredColumns.Any(a => a.ChangesType && wanted.Columns.Contains(a.After.Name, StringComparer.OrdinalIgnoreCase))
            || index.Columns.Any(c => alteration.DroppedColumns.Contains(c.Name, StringComparer.OrdinalIgnoreCase))
        : wanted is not null;
}
