using System.Globalization;
using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Altering;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>
/// Changes a table and keeps its records and its identity. What SQLite can change in place is changed there; for anything else the table is made anew
/// (<see cref="TableRebuild"/>). All in one transaction, so that a refusal leaves everything as it was.
/// </summary>
internal sealed class AlterTable(OpenTable table, TableAlteration alteration, CancellationToken ct) : WriteOperation<Done>(table.Caller, ct)
{
    private readonly bool _isRebuilt = TableRebuild.IsNeeded(table.Table, alteration);

    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override bool SuspendsForeignKeys => _isRebuilt;

    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        if (Referrers.Find(context.Catalog.Schema, entry.Table, alteration) is { } needed)
            return needed;
        if (alteration.RenameTo is { } name && !IsSameName(name, entry.Table.Name) && SchemaNames.IsTaken(context.Connection, name))
            return new Error(ErrorCodes.TableExists, $"The database has something else named '{name}' already.");
        try
        {
            return Alter(context.Connection, entry);
        }
        catch (SqliteFaultException e) when (ResultCodes.Primary(e.Code) == ResultCodes.Error)
        {
            // A view or a trigger of another program that needs what goes, or a table that can't be changed in place.
            return new Error(ErrorCodes.Conflict, $"SQLite refuses the change: {e.Reason}.") { Hint = "Something else in the database needs the table as it is." };
        }
    }

    protected override Done Value() => new();

    private Error? Alter(Connection connection, CatalogTable entry)
    {
        var old = entry.Table;
        var version = connection.ExecuteInteger("PRAGMA schema_version");
        var plan = new AlterationPlan(entry, alteration);
        var fullText = new FullTextChange(old, alteration, _isRebuilt);
        fullText.Drop(connection);
        foreach (var index in plan.DroppedIndexes)
            connection.Execute(IndexSql.Drop(SqliteDialect.Instance, index));
        InPlace.DropAndRename(connection, old, alteration, _isRebuilt);
        if (AlterationCheck.Find(connection, alteration) is { } broken)
            return broken;
        if (_isRebuilt && TableRebuild.Run(connection, old, alteration) is { } failed)
            return failed;
        if (!_isRebuilt)
            InPlace.Add(connection, alteration);
        if (AddIndexes(connection, old.Id, plan) is { } taken)
            return taken;
        fullText.Create(connection);
        CatalogSql.Change(connection, old.Id, alteration.Shape.Name, plan.Declared);
        if (alteration.RenamedColumns.Count > 0 && CatalogSql.GetTypes(connection, old.Id).Renamed(plan.NewName).ToJson() is { } types)
            CatalogSql.SetTypes(connection, old.Id, types);

        // A pattern or the name of a relation is nothing to SQLite, but the catalogue is read anew by this number.
        if (connection.ExecuteInteger("PRAGMA schema_version") == version)
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA schema_version = {version + 1}"));
        return null;
    }

    private Error? AddIndexes(Connection connection, TableId id, AlterationPlan plan)
    {
        foreach (var (place, index) in alteration.AddedIndexes.Where(i => !i.Index.IsFullText))
        {
            if (index.IsUnique && AlterationCheck.FindDuplicates(connection, alteration.Shape, index, place) is { } duplicates)
                return duplicates;
            if (IndexWrites.Create(connection, id, alteration.Shape, index) is { } taken)
                return taken;
        }

        return plan.ImpliedIndexes.Select(index => IndexWrites.Create(connection, id, alteration.Shape, index)).FirstOrDefault(e => e is not null);
    }

    private static bool IsSameName(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
