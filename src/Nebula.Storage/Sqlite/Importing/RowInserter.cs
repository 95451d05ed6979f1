using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>Adds rows one after the other with a statement that stays prepared as long as they give the same columns. Used by the writer's thread, for one operation.</summary>
/// <param name="isDeferred">
/// Whether references are looked at when the transaction commits. SQLite compiles that into the statement, and a statement that was compiled so leaves its row behind when a reference fails
/// at once: so it is never the same one.
/// </param>
internal sealed unsafe class RowInserter(CatalogTable entry, Connection connection, bool isDeferred)
{
    private readonly bool[] _given = new bool[entry.Table.Columns.Count];
    private Statement? _insert;

    /// <summary>Adds a row. Gives the error of a violated constraint, or null.</summary>
    /// <param name="bytes">What texts and blobs point into, pinned.</param>
    public Error? Insert(ReadOnlySpan<DraftValue> values, byte* bytes)
    {
        var insert = Prepare(values);
        int code;
        try
        {
            var index = 1;
            foreach (ref readonly var value in values)
            {
                if (value.Kind != ValueKind.Absent)
                    DraftBinding.Bind(insert, index++, value, bytes);
            }

            code = insert.TryStep();
        }
        finally
        {
            insert.Reset();
        }

        if (code == ResultCodes.Done)
            return connection.Changes > 0 ? null : RecordErrors.Ignored;
        if (ResultCodes.Primary(code) == ResultCodes.Error)
            return SqliteErrors.Overflow; // of an index or a check; here, so that its line is told
        _insert = null; // looking for the reason can push it out of the cache
        if (ResultCodes.Primary(code) != ResultCodes.Constraint)
            return UsedUpIds.Explain(entry, connection, values, code) ?? throw connection.Fault(code);
        return code == ResultCodes.ConstraintForeignKey
            ? ReferenceViolation.Explain(entry, connection, values, bytes)
            : UniqueViolation.Explain(entry, connection, code, values, key: null, except: [], bytes);
    }

    private Statement Prepare(ReadOnlySpan<DraftValue> values)
    {
        var isSame = _insert is not null;
        for (var i = 0; i < values.Length; i++)
        {
            var isGiven = values[i].Kind != ValueKind.Absent;
            isSame &= isGiven == _given[i];
            _given[i] = isGiven;
        }

        if (!isSame || _insert is null)
            _insert = WriteStatement.Prepare(connection, entry.Table, isDeferred ? $"{InsertSql.Write(SqliteDialect.Instance, entry.Table, values)} -- deferred" : InsertSql.Write(SqliteDialect.Instance, entry.Table, values));
        return _insert;
    }
}
