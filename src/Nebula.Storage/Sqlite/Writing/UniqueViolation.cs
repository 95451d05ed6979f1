using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>SQLite's code says what kind of constraint was violated; which columns it was is found by looking for their values.</summary>
internal static class UniqueViolation
{
    /// <param name="key">The record itself, if it is not a new one.</param>
    /// <param name="except">Columns whose values are those of the record itself.</param>
    /// <param name="bytes">The draft's bytes, pinned.</param>
    public static unsafe Error Explain(
        CatalogTable entry, Connection connection, int code, RecordDraft draft, RecordId? key, IReadOnlyList<Column> except, byte* bytes)
    {
        var error = SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable;
        if (error.Code != ErrorCodes.UniqueViolation)
            return error;

        var taken = new List<FieldError>();
        foreach (var columns in UniqueColumns.Of(entry.Table))
        {
            if (!columns.All(c => draft.Values[c.Ordinal].Kind is not (ValueKind.Absent or ValueKind.Null)) || columns.SequenceEqual(except))
                continue;
            if (!IsTaken(entry, connection, columns, draft, key, bytes))
                continue;
            var message = columns.Count == 1 ? "has a value that another record has already" : "belongs to a combination of values that another record has already";
            taken.AddRange(columns.Where(c => taken.All(t => t.Field != c.Name)).Select(c => new FieldError(c.Name, FieldCodes.Unique, message)));
        }

        return taken.Count > 0 ? Error.Of(ErrorCodes.UniqueViolation, taken) : error;
    }

    private static unsafe bool IsTaken(CatalogTable entry, Connection connection, IReadOnlyList<Column> columns, RecordDraft draft, RecordId? key, byte* bytes)
    {
        var find = connection.Prepare(entry.Sql.FindOther(columns));
        try
        {
            var next = DraftBinding.Bind(find, 1, draft, columns, bytes);
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
