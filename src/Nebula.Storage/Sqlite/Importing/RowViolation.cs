using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>SQLite's code says what kind of constraint a row violates; which columns it was is found by looking for their values.</summary>
internal static unsafe class RowViolation
{
    /// <param name="values">The row's, in catalogue order.</param>
    /// <param name="bytes">What they point into, pinned.</param>
    public static Error Explain(CatalogTable entry, Connection connection, int code, ReadOnlySpan<DraftValue> values, byte* bytes)
    {
        var error = SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable;
        return error.Code switch
        {
            ErrorCodes.ForeignKeyViolation => ReferenceViolation.Explain(entry, connection, values, bytes),
            ErrorCodes.UniqueViolation => Taken(entry.Table, connection, values, bytes) is { Count: > 0 } taken ? Error.Of(ErrorCodes.UniqueViolation, taken) : error,
            _ => error,
        };
    }

    private static List<FieldError> Taken(Table table, Connection connection, ReadOnlySpan<DraftValue> values, byte* bytes)
    {
        var taken = new List<FieldError>();
        var sets = table.Key is { } key ? UniqueColumns.Of(table).Append([key]) : UniqueColumns.Of(table);
        foreach (var columns in sets)
        {
            if (!IsTaken(table, connection, columns, values, bytes))
                continue;
            var message = columns.Count == 1 ? "has a value that another record has already" : "belongs to a combination of values that another record has already";
            taken.AddRange(columns.Where(c => taken.TrueForAll(t => t.Field != c.Name)).Select(c => new FieldError(c.Name, FieldCodes.Unique, message)));
        }

        return taken;
    }

    private static bool IsTaken(Table table, Connection connection, IReadOnlyList<Column> columns, ReadOnlySpan<DraftValue> values, byte* bytes)
    {
        foreach (var column in columns)
        {
            if (values[column.Ordinal].Kind is ValueKind.Absent or ValueKind.Null)
                return false;
        }

        var find = connection.Prepare(InsertSql.Find(table, columns));
        try
        {
            for (var i = 0; i < columns.Count; i++)
                DraftBinding.Bind(find, i + 1, values[columns[i].Ordinal], bytes);
            return find.Step();
        }
        finally
        {
            find.Reset();
        }
    }
}
