using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>
/// Finds the types of columns whose declared type says more than SQLite holds them to: all their values are of that type, as Nebula keeps it, or they are what they are stored as.
/// </summary>
internal static class TypeSurvey
{
    public static ColumnTypeMap Run(Connection connection, string table, IReadOnlyList<UploadedColumn> columns)
    {
        var types = new Dictionary<string, ColumnType>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in columns.Where(c => !c.IsHidden))
        {
            if (Claimed(column.Type) is { } claimed)
                types[column.Name] = Fits(connection, table, column.Name, claimed) ? claimed : Stored(connection, table, column.Name);
        }

        return new ColumnTypeMap(types);
    }

    private static ColumnType? Claimed(string declared) => declared.Split('(')[0].Trim().ToUpperInvariant() switch
    {
        "BOOLEAN" or "BOOL" => ColumnType.Boolean,
        "DATE" => ColumnType.Date,
        "DATETIME" or "TIMESTAMP" => ColumnType.DateTime,
        "UUID" => ColumnType.Uuid,
        "JSON" => ColumnType.Json,
        _ => null,
    };

    private static bool Fits(Connection connection, string table, string column, ColumnType type)
    {
        var name = Identifier.Quote(column);
        return connection.ExecuteInteger(
            $"SELECT count(*) FROM (SELECT 1 FROM {Identifier.Quote(table)} WHERE {name} IS NOT NULL AND ({SqliteChecks.Allowed(name, new(type))}) IS NOT TRUE LIMIT 1)") == 0;
    }

    /// <summary>What its values are, if they are of one kind. Whole numbers among others are numbers all the same.</summary>
    private static ColumnType Stored(Connection connection, string table, string column)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        var select = connection.Prepare($"SELECT DISTINCT typeof({Identifier.Quote(column)}) FROM {Identifier.Quote(table)}");
        try
        {
            while (select.Step())
                kinds.Add(select.Text(0));
        }
        finally
        {
            select.Reset();
        }

        kinds.Remove("null");
        return kinds.SetEquals(["integer"]) ? ColumnType.Integer
            : kinds.IsSubsetOf(["integer", "real"]) ? ColumnType.Real
            : kinds.SetEquals(["blob"]) ? ColumnType.Blob
            : ColumnType.Text;
    }
}
