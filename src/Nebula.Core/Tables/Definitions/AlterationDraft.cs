using System.Text.Json;
using Nebula.Core.Records;

namespace Nebula.Core.Tables.Definitions;

/// <summary>An alteration while it is read: each step changes the definition that the table gets, and notes what is wrong with it.</summary>
internal sealed class AlterationDraft(Table table, TableDefinition definition, DefinitionFields fields)
{
    private readonly List<(string From, string To)> _renamed = [];
    private readonly List<string> _dropped = [];
    private readonly List<TableIndex> _droppedIndexes = [];
    private readonly List<ColumnAlteration> _altered = [];
    private readonly List<(string Place, ColumnDefinition Column)> _added = [];
    private readonly List<(string Place, IndexDefinition Index)> _addedIndexes = [];
    private string? _name;
    private TableDefinition _before = definition;
    private TableDefinition _after = definition;

    public DefinitionFields Fields => fields;

    public void RenameTable(JsonElement given)
    {
        if (fields.Name(given, "rename_to") is { } name && name != table.Name)
            _name = name;
    }

    public void DropIndexes(JsonElement given)
    {
        foreach (var (item, place) in fields.Items(given, "drop_indexes", TableDefinition.MaxIndexes))
        {
            if (fields.Text(item, place) is not { } name)
                continue;
            if (table.FullText is { } search && search.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                _after = _after with { Indexes = [.. _after.Indexes.Where(i => !i.IsFullText)] };
            else if (table.Indexes.FirstOrDefault(i => i.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } index)
                fields.Add(place, FieldCodes.Invalid, $"'{Excerpt.Of(name)}' is no index of '{table.Name}'");
            else if (DeclaredIndex.Of(_before, index) is not { } declared)
                fields.Add(place, FieldCodes.NotAllowed, $"'{index.Name}' belongs to a key, to what is unique, or to a reference, and goes with that");
            else
                Drop(index, declared);
        }
    }

    public void DropColumns(JsonElement given)
    {
        foreach (var (item, place) in fields.Items(given, "drop_columns", TableDefinition.MaxColumns))
        {
            if (Existing(fields.Text(item, place), place, "dropped") is not { } column)
                continue;
            foreach (var index in table.Indexes.Where(i => i.Columns.Contains(column)).ToList())
            {
                if (DeclaredIndex.Of(_after, index) is { } declared && index.Columns.Count == 1)
                    Drop(index, declared); // an index on it alone has nothing left to be for
            }

            if (_after.Indexes.FirstOrDefault(i => i.IsFullText) is { Columns.Count: 1 } search && search.Columns[0].Equals(column.Name, StringComparison.OrdinalIgnoreCase))
                _after = _after with { Indexes = [.. _after.Indexes.Where(i => i != search)] };
            foreach (var index in _after.Indexes.Where(i => DeclaredIndex.Needs(i, column.Name)))
                fields.Add(place, FieldCodes.NotAllowed, $"is needed by the index '{index.Name ?? index.DefaultName(table.Name)}'");
            foreach (var set in _after.Unique.Where(u => u.Contains(column.Name, StringComparer.OrdinalIgnoreCase)))
                fields.Add(place, FieldCodes.NotAllowed, $"is unique together with {string.Join(", ", set.Where(c => !c.Equals(column.Name, StringComparison.OrdinalIgnoreCase)))}");
            _dropped.Add(column.Name);
        }
    }

    public void RenameColumns(JsonElement given)
    {
        var pairs = new List<(string From, JsonElement To, string Place)>();
        if (given.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in given.EnumerateObject())
                pairs.Add((JsonText.NameOf(property), property.Value, $"rename_columns.{Excerpt.Of(JsonText.NameOf(property))}"));
        }
        else
        {
            foreach (var (item, place) in fields.Objects(given, "rename_columns", TableDefinition.MaxColumns, "with 'from' and 'to'"))
            {
                foreach (var unknown in item.EnumerateObject().Select(JsonText.NameOf).Where(n => n is not ("from" or "to")))
                    fields.AddUnknown(place, unknown, "a new name", "from, to");
                if (item.TryGetProperty("from", out var from) && fields.Text(from, $"{place}.from") is { } old && item.TryGetProperty("to", out var to))
                    pairs.Add((old, to, place));
                else if (from.ValueKind is JsonValueKind.Undefined or JsonValueKind.String)
                    fields.Add(place, FieldCodes.Required, "needs 'from' and 'to'");
            }
        }

        foreach (var (from, to, place) in pairs)
        {
            if (Existing(from, place, "renamed") is not { } column || fields.Name(to, place) is not { } name)
                continue;
            if (_renamed.Exists(r => r.From == column.Name))
                fields.Add(place, FieldCodes.Duplicate, $"'{column.Name}' is renamed twice");
            if (_after.Indexes.FirstOrDefault(i => DeclaredIndex.Mentions(i, column.Name)) is { } index)
                fields.Add(place, FieldCodes.NotAllowed, $"is spoken of by the condition of the index '{index.Name ?? index.DefaultName(table.Name)}'; drop that first");
            _renamed.Add((column.Name, name));
        }
    }

    /// <summary>What goes is gone and what is renamed has its new name from here on.</summary>
    public void ApplyNames()
    {
        string New(string name) => _renamed.FirstOrDefault(r => r.From.Equals(name, StringComparison.OrdinalIgnoreCase)) is { To: { } to } ? to : name;
        ColumnReference? Referring(ColumnReference? reference) => reference is { } own && own.Table.Equals(table.Name, StringComparison.OrdinalIgnoreCase)
            ? own with { Table = _name ?? own.Table, Column = own.Column is null ? null : New(own.Column) }
            : reference;
        TableDefinition Named(TableDefinition source) => source with
        {
            Name = _name is null ? source.Name : TableName.OfExisting(_name),
            Columns = [.. source.Columns.Select(c => c with { Name = New(c.Name), Reference = Referring(c.Reference) })],
            Indexes = [.. source.Indexes.Select(i => i with { Columns = [.. i.Columns.Select(New)] })],
            Unique = [.. source.Unique.Select(u => (IReadOnlyList<string>)[.. u.Select(New)])],
        };

        // Before the names change: a new name may be that of a column that goes.
        _after = Named(_after with { Columns = [.. _after.Columns.Where(c => !_dropped.Contains(c.Name))] });
        _before = Named(_before with { Columns = [.. _before.Columns.Where(c => !_dropped.Contains(c.Name))] });
        foreach (var (from, to) in _renamed.Where(r => Others(r.From).Any(n => n.Equals(r.To, StringComparison.OrdinalIgnoreCase))))
            fields.Add($"rename_columns.{from}", FieldCodes.Duplicate, $"there is a column '{to}' already");

        IEnumerable<string> Others(string renamed) => table.Columns.Where(c => c.Name != renamed && !_dropped.Contains(c.Name)).Select(c => New(c.Name));
    }

    public void AlterColumns(JsonElement given)
    {
        foreach (var (item, place) in fields.Objects(given, "alter_columns", TableDefinition.MaxColumns, "with 'name' and what changes"))
        {
            var before = fields.Faults.Count;
            var attributes = ColumnAttributes.Read(item, place, needsType: false, fields);
            if (attributes.PrimaryKey is not null)
                fields.Add($"{place}.primary_key", FieldCodes.NotAllowed, "can't be altered");
            if (attributes.Name is null || Existing(attributes.Name, $"{place}.name", "altered") is not { } existing)
                continue;
            var name = _renamed.FirstOrDefault(r => r.From == existing.Name) is { To: { } to } ? to : existing.Name;
            if (_after.Find(name) is not { } column)
                continue;
            if (_altered.Exists(a => a.After.Name == column.Name))
                fields.Add($"{place}.name", FieldCodes.Duplicate, $"'{existing.Name}' is altered twice");
            var after = Altered(column, attributes, place);
            if (fields.Faults.Count > before)
                continue;
            _altered.Add(new ColumnAlteration(place, column, after));
            _after = _after with { Columns = [.. _after.Columns.Select(c => c == column ? after : c)] };
        }
    }

    public void AddColumns(JsonElement given)
    {
        foreach (var (item, place) in fields.Objects(given, "add_columns", TableDefinition.MaxColumns, "with 'name' and 'type'"))
        {
            var attributes = ColumnAttributes.Read(item, place, needsType: true, fields);
            if (ColumnDefinitionReader.Read(attributes, place, fields) is not { } column)
                continue;
            var isThere = table.Columns.Any(c => !_dropped.Contains(c.Name) && !_renamed.Exists(r => r.From == c.Name) && c.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase))
                || _after.Declares(column.Name);
            if (isThere || column.Name.Equals(TableDefinition.Id, StringComparison.OrdinalIgnoreCase))
                fields.Add($"{place}.name", FieldCodes.Duplicate, $"there is a column '{column.Name}' already");
            _added.Add((place, column));
            _after = _after with { Columns = [.. _after.Columns, column] };
        }

        if (_after.Columns.Count > TableDefinition.MaxColumns)
            fields.Add("add_columns", FieldCodes.OutOfRange, $"makes more than {TableDefinition.MaxColumns} columns");
    }

    public void AddIndexes(JsonElement given)
    {
        foreach (var (item, place) in fields.Objects(given, "add_indexes", TableDefinition.MaxIndexes, "with 'columns'"))
        {
            if (IndexDefinitionReader.Read(item, place, fields) is { } index)
                _addedIndexes.Add((place, index));
        }

        if (_after.Indexes.Count + _addedIndexes.Count > TableDefinition.MaxIndexes)
            fields.Add("add_indexes", FieldCodes.OutOfRange, $"makes more than {TableDefinition.MaxIndexes} indexes");
    }

    public Result<TableAlteration> Finish(DatabaseSchema schema)
    {
        if (_dropped.Count > 0 && _after.Columns.Count == 0)
            fields.Add("drop_columns", FieldCodes.NotAllowed, "leaves no column; delete the table instead");
        if (fields.Faults.Count == 0 && _addedIndexes.Count > 0)
        {
            string?[] places = [.. _after.Indexes.Select(_ => (string?)null), .. _addedIndexes.Select(i => i.Place)];
            _after = _after with { Indexes = [.. _after.Indexes, .. _addedIndexes.Select(i => i.Index)] };
            IndexFaults.Add(_after, Shape(), places, fields);
        }

        if (fields.Faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidSchema, fields.Faults);
        if (!ReferenceTargets.Resolve(_after, schema, i => PlaceOf(_after.Columns[i])).TryGet(out var after, out var error))
            return error;
        var alteration = new TableAlteration(_before, after)
        {
            Shape = Shape(),
            RenameTo = _name,
            RenamedColumns = [.. _renamed.Where(r => r.From != r.To)],
            AddedColumns = [.. _added.Select(a => (a.Place, after.Find(a.Column.Name) ?? a.Column))],
            AlteredColumns = [.. _altered.Select(a => a with { After = after.Find(a.After.Name) ?? a.After })],
            DroppedColumns = _dropped,
            AddedIndexes = _addedIndexes,
            DroppedIndexes = [.. _droppedIndexes.Select(i => i.Name)],
        };
        return AlterationConflicts.Find(table, alteration) is { } conflict ? conflict : alteration;
    }

    private Table Shape() => AlteredShape.Of(table, _after, _dropped, _renamed, _added);

    private ColumnDefinition Altered(ColumnDefinition column, ColumnAttributes given, string place)
    {
        var after = column with { IsNullable = given.Nullable ?? column.IsNullable, IsUnique = given.Unique ?? column.IsUnique };
        if (given.Type is { } type && type with { MaxLength = null } != column.DeclaredType)
        {
            foreach (var (attribute, name) in new[] { (column.Default is not null && given.Default is null, "default"), (column.Check is not null && given.Check is null, "check") })
            {
                if (attribute)
                    fields.Add($"{place}.{name}", FieldCodes.Required, "has to be given again, or as null, because the type changes");
            }

            if (!ValueConversion.IsPossible(column.Type, type.Type))
                fields.Add($"{place}.type", FieldCodes.NotAllowed, $"can't become {type.Name}, because {column.DeclaredType.Name} can't be converted to it");
            after = after with { Type = type.Type, Precision = type.Precision, Scale = type.Scale, Default = null, Check = null };
        }

        return ColumnDefinitionReader.WithRest(after, given, given.Type, place, fields);
    }

    private string? PlaceOf(ColumnDefinition column) =>
        _added.FirstOrDefault(a => a.Column == column).Place ?? _altered.Find(a => a.After == column)?.Place;

    private void Drop(TableIndex index, IndexDefinition declared)
    {
        if (!_droppedIndexes.Contains(index))
            _droppedIndexes.Add(index);
        _after = _after with { Indexes = [.. _after.Indexes.Where(i => i != declared)] };
    }

    /// <summary>A column that is there and that clients write, or null.</summary>
    private Column? Existing(string? name, string place, string what)
    {
        if (name is null)
            return null;
        if (table.Find(name) is not { } column)
            fields.Add(place, FieldCodes.UnknownColumn, $"'{Excerpt.Of(name)}' is no column of '{table.Name}'");
        else if (!column.IsWritable)
            fields.Add(place, FieldCodes.Reserved, $"'{column.Name}' is kept by the database and can't be {what}");
        else if (column.IsPrimaryKey && what != "renamed")
            fields.Add(place, FieldCodes.Reserved, $"'{column.Name}' is part of the primary key and can't be {what}");
        else if (_dropped.Contains(column.Name))
            fields.Add(place, FieldCodes.Duplicate, $"'{column.Name}' is dropped");
        else
            return column;
        return null;
    }
}
