using Nebula.Core.Records;
using Nebula.Core.Records.Queries;

namespace Nebula.Storage.Sql;

/// <summary>
/// The condition that goes on behind a record: its sort values are compared from the first column on, each in its own direction and with nulls where they stand in the order. Built
/// from the inside out, with the first column's bound outside of everything, so that an index on that column begins where the page does.
/// </summary>
internal static class KeysetSql
{
    /// <param name="columns">The SQL of the sort columns.</param>
    /// <param name="after">The values of the last record that was given.</param>
    public static string After(SqlDialect dialect, IReadOnlyList<SortKey> sort, IReadOnlyList<string> columns, IReadOnlyList<TypedValue> after, SqlParameters parameters)
    {
        var condition = "";
        for (var i = sort.Count - 1; i >= 0; i--)
        {
            var (key, column, value) = (sort[i], columns[i], after[i]);
            if (value.IsNull)
            {
                // Behind the nulls come all others, or nothing.
                var same = condition.Length == 0 ? "" : $"({column} IS NULL AND {condition})";
                var others = key.NullsFirst ? $"{column} IS NOT NULL" : "";
                condition = (same, others) switch { ("", "") => dialect.False, ("", _) => others, (_, "") => same, _ => $"({others} OR {same})" };
                continue;
            }

            var bound = parameters.Add(value, key.Column);
            var beyond = $"{column} {(key.IsDescending ? "<" : ">")} {bound}";
            var nulls = key.MayBeNull && !key.NullsFirst ? $" OR {column} IS NULL" : "";
            condition = condition.Length == 0
                ? nulls.Length == 0 ? beyond : $"({beyond}{nulls})"
                : nulls.Length == 0
                    ? $"{column} {(key.IsDescending ? "<=" : ">=")} {bound} AND ({beyond} OR {condition})"
                    : $"({beyond}{nulls} OR ({column} = {bound} AND {condition}))";
        }

        return $"({condition})";
    }
}
