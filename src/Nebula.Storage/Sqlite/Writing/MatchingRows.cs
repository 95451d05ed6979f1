using System.Globalization;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>The statement that changes or removes whatever matches a condition. What it changes when there are too many is for its operation's savepoint to undo.</summary>
internal static class MatchingRows
{
    public static Error? Change(WriteContext context, Table table, Condition condition, RecordDraft? change, long maxAffected, out long affected)
    {
        affected = 0;
        if (!context.TryOpen(table, out _, out var stale))
            return stale;
        foreach (var other in QueriedTables.Of(condition))
        {
            if (!context.TryOpen(other, out _, out stale))
                return stale;
        }

        var matching = MatchingSql.Of(table, condition, change, maxAffected + 1, table.Key is not null || HasRowId(context.Connection, table));
        if (Run(context.Connection, matching, change) is { } error)
            return error;
        affected = context.Connection.Changes;
        return affected <= maxAffected ? null : TooMany(maxAffected);
    }

    private static bool HasRowId(Connection connection, Table table)
    {
        var find = connection.Prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1");
        try
        {
            find.Bind(1, table.Name);
            return find.Step() && find.Integer(0) == 0;
        }
        finally
        {
            find.Reset();
        }
    }

    private static unsafe Error? Run(Connection connection, MatchingSql matching, RecordDraft? change)
    {
        var statement = connection.Prepare(matching.Text);
        fixed (byte* bytes = change is null ? default : change.Bytes)
        {
            int code;
            try
            {
                for (var i = 0; i < matching.Parameters.Count; i++)
                    DraftBinding.Bind(statement, i + 1, matching.Parameters[i]);
                if (change is not null)
                    DraftBinding.Bind(statement, matching.Parameters.Count + 1, change, matching.Changed, bytes);
                code = statement.TryStep();
            }
            finally
            {
                statement.Reset();
            }

            return ResultCodes.Primary(code) switch
            {
                ResultCodes.Done => null,
                ResultCodes.Constraint => SqliteErrors.Translate(code),
                ResultCodes.Error => SqliteErrors.Overflow, // the statement was prepared, so its text is sound
                _ => throw connection.Fault(code),
            };
        }
    }

    private static Error TooMany(long maxAffected) =>
        new(ErrorCodes.MaxAffectedExceeded, string.Create(CultureInfo.InvariantCulture, $"More than {maxAffected} records match; nothing was changed."))
        {
            Hint = "Narrow the filter, or raise max_affected.",
        };
}
