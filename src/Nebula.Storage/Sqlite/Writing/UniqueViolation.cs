using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>SQLite's code says what kind of constraint was violated; which columns it was is found by looking for their values.</summary>
internal static class UniqueViolation
{
    /// <param name="key">The record itself, if it is not a new one.</param>
    /// <param name="except">Columns whose values are those of the record itself.</param>
    /// <param name="values">What was to be written, one for each column.</param>
    /// <param name="bytes">What texts and blobs point into, pinned.</param>
    public static unsafe Error Explain(
        CatalogTable entry, Connection connection, int code, ReadOnlySpan<DraftValue> values, RecordId? key, IReadOnlyList<Column> except, byte* bytes)
    {
        var error = SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable;
        if (error.Code != ErrorCodes.UniqueViolation)
            return error;

        var taken = new List<FieldError>();
        IReadOnlyList<Column>[] assigned = entry.Table.Key is { } id ? [[id]] : []; // an import may give it
        foreach (var columns in UniqueColumns.Of(entry.Table).Concat(assigned))
        {
            if (columns.SequenceEqual(except) || !IsTaken(entry, connection, columns, values, key, bytes))
                continue;
            var message = columns.Count == 1 ? "has a value that another record has already" : "belongs to a combination of values that another record has already";
            taken.AddRange(columns.Where(c => taken.All(t => t.Field != c.Name)).Select(c => new FieldError(c.Name, FieldCodes.Unique, message)));
        }

        return taken.Count > 0 ? Error.Of(ErrorCodes.UniqueViolation, taken) : error;
    }

    private static unsafe bool IsTaken(
        CatalogTable entry, Connection connection, IReadOnlyList<Column> columns, ReadOnlySpan<DraftValue> values, RecordId? key, byte* bytes)
    {
        foreach (var column in columns)
        {
            if (values[column.Ordinal].Kind is ValueKind.Absent or ValueKind.Null)
                return false;
        }

        var find = connection.Prepare(entry.Sql.FindOther(columns));
        try
        {
            var next = DraftBinding.Bind(find, 1, values, columns, bytes);
            if (key is { } id)
                DraftBinding.Bind(find, next, id);
            return find.Step();
        }
        finally
        {
            find.Reset();
        }
    }
}
