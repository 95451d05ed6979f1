using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>The statement that changes or removes whatever matches a condition. What it changes when there are too many is for its operation's savepoint to undo.</summary>
internal static class MatchingRows
{
    public static Error? Change(WriteContext context, Table table, Condition condition, RecordDraft? change, long maxAffected, out long affected)
    {
        affected = 0;
        if (!context.TryOpen(table, out var entry, out var stale))
            return stale;
        if (entry.RowKey is not { } rowKey)
            return RecordErrors.WithoutKey(table);
        var others = QueriedTables.Of(condition).ToList();
        foreach (var other in others)
        {
            if (!context.TryOpen(other, out _, out stale))
                return stale;
        }

        var matching = MatchingSql.Of(SqliteDialect.Instance, table, rowKey, condition, change, maxAffected + 1);
        if (Run(context.Connection, table, others, matching, change) is { } error)
            return error;
        affected = context.Connection.Changes;
        return affected <= maxAffected ? null : RecordErrors.TooMany(maxAffected);
    }

    private static unsafe Error? Run(Connection connection, Table table, List<Table> others, MatchingSql matching, RecordDraft? change)
    {
        var statement = WriteStatement.Prepare(connection, table, others, matching.Text);
        fixed (byte* bytes = change is null ? default : change.Bytes)
        {
            int code;
            try
            {
                for (var i = 0; i < matching.Parameters.Count; i++)
                    DraftBinding.Bind(statement, i + 1, matching.Parameters[i].Value);
                if (change is not null)
                    DraftBinding.Bind(statement, matching.Parameters.Count + 1, change.Values, matching.Changed, bytes);
                code = statement.TryStep();
            }
            finally
            {
                statement.Reset();
            }

            if (code == ResultCodes.Done)
                return null;
            return ResultCodes.Primary(code) == ResultCodes.Constraint ? SqliteErrors.Translate(code) : throw connection.Fault(code);
        }
    }
}
