using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>
/// What is believed of a table's stored definition. Another program may have changed the table since, or dropped it and made another one of its name: a column is what was
/// declared only as long as the table holds it to that.
/// </summary>
internal static class BelievedDefinition
{
    /// <summary>Null where there is none, or none that can be read any more. Else without the columns that are not believed.</summary>
    public static TableDefinition? Of(TableRows rows)
    {
        if (rows.Definition is null || StoredDefinition.Parse(rows.Definition) is not { } stored)
            return null;
        return stored with
        {
            IdType = stored.IdType == IdType.Uuid && HasUuidKey(rows) ? IdType.Uuid : IdType.Integer,
            Columns = [.. stored.Columns.Where(c => IsBelieved(rows, c))],
        };
    }

    private static bool IsBelieved(TableRows rows, ColumnDefinition column)
    {
        var found = rows.Columns.FirstOrDefault(r => r.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase));
        return SqliteDialect.Instance.TypeName(column.DeclaredType).Equals(found.Type, StringComparison.OrdinalIgnoreCase)
            && ColumnChecks.Hold(rows.Sql, column with { Name = found.Name });
    }

    private static bool HasUuidKey(TableRows rows) =>
        rows.Columns.FindAll(c => c.PrimaryKey > 0) is [{ Name: TableDefinition.Id, Type: "UUID" }] && rows.Sql.Contains(SqliteDialect.Instance.Key(IdType.Uuid), StringComparison.Ordinal);
}
