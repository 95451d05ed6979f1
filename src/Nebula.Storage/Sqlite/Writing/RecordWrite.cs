using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Reading;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>A write of one record that gives the record as it then is.</summary>
internal abstract class RecordWrite(OpenTable table, RecordDraft draft, CancellationToken ct) : WriteOperation<Record>(table.Caller, ct)
{
    private Record? _record;

    public override int Bytes => draft.Bytes.Length;

    protected OpenTable Table => table;

    protected RecordDraft Draft => draft;

    protected sealed override Record Value() => _record!; // set whenever the outcome is success

    protected sealed override void Discard() => _record?.Dispose();

    /// <summary>Binds the draft, and a key behind it if one is given, runs the statement and reads the row that it returns.</summary>
    /// <returns>Null for success, an error for a violated constraint; <paramref name="found"/> tells whether there was a row.</returns>
    protected unsafe Error? Run(CatalogTable entry, Connection connection, string sql, RecordId? key, out bool found)
    {
        Discard(); // of an earlier run, when the batch is replayed
        _record = null;
        found = false;
        var statement = connection.Prepare(sql);
        fixed (byte* bytes = draft.Bytes)
        {
            int code;
            try
            {
                var next = DraftBinding.Bind(statement, draft, bytes);
                if (key is { } id)
                    DraftBinding.Bind(statement, next, id);
                code = statement.TryStep();
                found = code == ResultCodes.Row;
                if (found)
                {
                    // RETURNING gives its rows after all changes are made; the last step ends the statement.
                    _record = ReadRow(entry, statement);
                    statement.Step();
                }
            }
            finally
            {
                statement.Reset();
            }

            if (found || code == ResultCodes.Done)
                return null;
            if (ResultCodes.Primary(code) != ResultCodes.Constraint)
                throw connection.Fault(code);

            // Behind the reset: looking for the columns can push the statement out of the cache.
            return Violation(entry, connection, code, key, bytes);
        }
    }

    private static Record ReadRow(CatalogTable entry, Statement row)
    {
        var json = new Utf8Buffer();
        entry.Json.Write(json, row);
        return new Record(RowId.Of(entry.Table, row), json, EntityTag.Of(json.Span));
    }

    /// <summary>SQLite's code says what kind of constraint it was; which column it was is found by looking for the value.</summary>
    private unsafe Error Violation(CatalogTable entry, Connection connection, int code, RecordId? key, byte* bytes)
    {
        var error = SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable;
        if (error.Code != ErrorCodes.UniqueViolation)
            return error;

        var taken = new List<FieldError>();
        foreach (var column in entry.Table.Columns.Where(c => c.IsUnique && draft.Values[c.Ordinal].Kind is not (ValueKind.Absent or ValueKind.Null)))
        {
            var find = connection.Prepare(entry.Sql.FindOther(column));
            try
            {
                DraftBinding.Bind(find, 1, draft.Values[column.Ordinal], bytes);
                if (key is { } id)
                    DraftBinding.Bind(find, 2, id);
                if (find.Step())
                    taken.Add(new FieldError(column.Name, FieldCodes.Unique, "has a value that another record has already"));
            }
            finally
            {
                find.Reset();
            }
        }

        return taken.Count > 0 ? Error.Of(ErrorCodes.UniqueViolation, taken) : error;
    }
}
