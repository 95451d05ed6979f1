using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>Takes one table over from an uploaded database.</summary>
internal sealed class TableCopy(Connection connection, UploadedObject table, IReadOnlyList<UploadedObject> indexes)
{
    private readonly string _name = Identifier.Quote(table.Name);
    private TableDefinition? _definition;
    private IndexDefinition? _fullText;
    private string _row = "";
    private TableId _id;

    /// <summary>Checks the table, makes it anew, copies its rows and enters it; gives their number. Fails with invalid_body.</summary>
    /// <param name="definition">What is said to have made it; believed when the table that it makes has the same columns and takes all the rows.</param>
    public Result<long> Run(TableDefinition? definition, DateTimeOffset now)
    {
        var columns = UploadedColumn.Read(connection, "upload", table.Name);
        if (ColumnFault(columns) is { } fault)
            return fault;
        if (!IsIntact())
            return UploadFaults.Of($"The table '{table.Name}' is damaged, or holds rows that its own constraints do not allow.");
        var declared = definition is null ? null : definition with { Columns = [.. definition.Columns.Where(c => IsHeld(c, columns))] };
        if (declared is not null && declared.Columns.Count == definition?.Columns.Count && TryDeclared(declared, columns, now) is { } taken)
            return taken;

        connection.Execute(table.Sql ?? "");
        var made = UploadedColumn.Read(connection, "main", table.Name);
        if (made.Count != columns.Count)
            return UploadFaults.Damaged;
        if (!TryCopy(columns, out var count))
            return UploadFaults.Of($"The table '{table.Name}' holds rows that its own constraints do not allow.");
        var partial = declared is null ? null : PartialDefinition.Of(connection, declared, table.Name, made, CanSearch(made));
        _id = CatalogSql.Add(connection, table.Name, Timestamps(made), now, partial);
        _fullText = partial?.Indexes.FirstOrDefault(i => i.IsFullText);
        _row = NumberingKey(made)?.Name ?? FullTextSchema.RowIdName;
        if (TypeSurvey.Run(connection, table.Name, made).ToJson() is { } types)
            CatalogSql.SetTypes(connection, _id, types);
        return count;
    }

    /// <summary>Makes the indexes, when all rows are there.</summary>
    public Error? Index()
    {
        if (_definition is not null && IndexWrites.CreateAll(connection, _id, _definition) is { } error)
            return error;
        var made = MadeShapes();
        foreach (var index in indexes)
        {
            if (made.Contains(Shape(index.Sql)) || SchemaNames.IsTaken(connection, index.Name))
                continue; // the definition brought it along
            connection.Execute(index.Sql ?? "");
        }

        foreach (var sql in _fullText is null ? [] : FullTextSchema.Create(_id, table.Name, _row, _fullText.Columns))
            connection.Execute(sql);
        return null;
    }

    private static Error? ColumnFault(List<UploadedColumn> columns)
    {
        var faults = columns.Where(c => UploadedSchema.NameFault(c.Name) is not null)
            .Select(c => new FieldError(UploadedSchema.Cut(c.Name), FieldCodes.Invalid, UploadedSchema.NameFault(c.Name) ?? "")).ToList();
        if (faults.Count > 0)
            return UploadFaults.Of("Columns have names that can't be served.", faults);
        return columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } same
            ? UploadFaults.Of($"The columns {string.Join(", ", same.Select(c => $"'{c.Name}'"))} differ in the case of letters only.")
            : columns.TrueForAll(c => c.IsHidden) ? UploadFaults.Damaged : null;
    }

    private bool IsIntact()
    {
        // SQLite would take such a name for a number of faults, and check everything. The rows are read one by one in any case.
        if (int.TryParse(table.Name, out _))
            return true;
        var check = connection.Prepare("SELECT integrity_check FROM pragma_integrity_check(?1, 'upload') LIMIT 1");
        try
        {
            check.Bind(1, table.Name);
            return check.Step() && check.Text(0) == "ok";
        }
        finally
        {
            check.Reset();
        }
    }

    /// <summary>Null when the definition is not the one that made the table: it is then made by its own statement.</summary>
    private long? TryDeclared(TableDefinition definition, List<UploadedColumn> columns, DateTimeOffset now)
    {
        connection.Execute(TableSql.Create(SqliteDialect.Instance, definition));
        var made = UploadedColumn.Read(connection, "main", table.Name);
        if (Describe(made).SetEquals(Describe(columns)) && TryCopy(columns, out var count))
        {
            _definition = definition;
            _id = CatalogSql.Add(connection, definition.Name.Value, string.Join(',', TableSql.ManagedTimestamps(definition)), now, definition);
            return count;
        }

        connection.Execute($"DROP TABLE {_name}");
        return null;
    }

    /// <summary>As with tables that are served: what the uploaded table does not hold its values to is not what they mean.</summary>
    private bool IsHeld(ColumnDefinition column, List<UploadedColumn> columns) =>
        columns.Find(c => c.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)) is { } found && ColumnChecks.Hold(table.Sql ?? "", column with { Name = found.Name });

    private static HashSet<string> Describe(List<UploadedColumn> columns) =>
        [.. columns.Select(c => $"{c.Name.ToUpperInvariant()} {c.Type.ToUpperInvariant()} {c.IsNotNull} {c.PrimaryKey} {c.IsHidden}")];

    /// <summary>Column by column, so that each value is read and written as one: a copy of whole rows would take their bytes as they are. False when a constraint refused a row.</summary>
    private bool TryCopy(List<UploadedColumn> columns, out long count)
    {
        var names = columns.Where(c => !c.IsHidden).Select(c => Identifier.Quote(c.Name)).ToList();
        if (RowId(columns) is { } rowId)
            names.Insert(0, rowId);
        var list = string.Join(", ", names);
        var insert = connection.Prepare($"INSERT INTO main.{_name} ({list}) SELECT {list} FROM upload.{_name}");
        try
        {
            var code = insert.TryStep();
            count = connection.Changes;
            if (code == ResultCodes.Done)
                return true;
            return ResultCodes.Primary(code) == ResultCodes.Constraint ? false : throw connection.Fault(code);
        }
        finally
        {
            insert.Reset();
        }
    }

    /// <summary>SQLite's own number of the rows, where no column is that: full-text indexes and exports go by it.</summary>
    private string? RowId(List<UploadedColumn> columns) =>
        NumberingKey(columns) is null && HasRowId() ? RowIdName.Find(columns.Select(c => c.Name)) : null;

    /// <summary>Whether each row has a number that a full-text index can find it by: not where the table has none, or a column bears its name.</summary>
    private bool CanSearch(List<UploadedColumn> columns) =>
        HasRowId() && !columns.Exists(c => c.Name.Equals(FullTextSchema.RowIdName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The column that is the number of the rows: the only one of the key, an INTEGER, and without an index of its own for that.</summary>
    private UploadedColumn? NumberingKey(List<UploadedColumn> columns) =>
        columns.FindAll(c => c.PrimaryKey > 0) is [var key] && key.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase) && !HasKeyIndex() ? key : null;

    private bool HasKeyIndex()
    {
        var select = connection.Prepare("SELECT 1 FROM pragma_index_list(?1, 'main') WHERE origin = 'pk'");
        try
        {
            select.Bind(1, table.Name);
            return select.Step();
        }
        finally
        {
            select.Reset();
        }
    }

    private bool HasRowId()
    {
        // The pragma itself: as a function it would look at the tables of the upload too.
        const int WithoutRowId = 4;
        var select = connection.Prepare($"PRAGMA main.table_list({_name})");
        try
        {
            return select.Step() && select.Integer(WithoutRowId) == 0;
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>The timestamps that Nebula keeps: by the default that it gives them, or that v0.2 gave.</summary>
    private static string Timestamps(List<UploadedColumn> columns) => string.Join(',', new[] { TableDefinition.CreatedAt, TableDefinition.UpdatedAt }.Where(name =>
        columns.Exists(c => c.Name == name && (c is { Type: "TEXT", IsNotNull: true, Default: SqliteDialect.Moment }
            || (name == TableDefinition.CreatedAt && "CURRENT_TIMESTAMP".Equals(c.Default, StringComparison.OrdinalIgnoreCase))))));

    private HashSet<string> MadeShapes()
    {
        var shapes = new HashSet<string>(StringComparer.Ordinal);
        var select = connection.Prepare("SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1 COLLATE NOCASE");
        try
        {
            select.Bind(1, table.Name);
            while (select.Step())
                shapes.Add(Shape(select.Text(0)));
        }
        finally
        {
            select.Reset();
        }

        return shapes;
    }

    /// <summary>What an index covers, without its name.</summary>
    private static string Shape(string? sql) => sql is null ? "" : sql.IndexOf(" ON ", StringComparison.OrdinalIgnoreCase) is var at && at < 0
        ? sql
        : $"{sql.Contains("UNIQUE", StringComparison.OrdinalIgnoreCase)}{sql[at..]}";
}
