using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>
/// Reads rows together with their related ones: one statement for the rows, one for each expansion however many rows there are, then puts the JSON together.
/// All in the transaction of the caller, so that it is one snapshot.
/// </summary>
internal sealed class ExpandedPage(SqlDialect dialect, Connection reader)
{
    private readonly ExpandedRows _rows = new(() =>
    {
        if (reader.IsOverdue)
            throw reader.Fault(ResultCodes.Interrupt);
    });

    /// <summary>Reads a statement's rows and what they expand to; null when it is more than fits into memory.</summary>
    public RowLevel? Read(SelectStatement select, IReadOnlyList<SqlParameter> parameters, IReadOnlyList<Expansion> expansions, int limit, PageEnd end)
    {
        var level = new RowLevel();
        try
        {
            if (ReadRows(level, select, parameters, limit, end) && Enumerable.Range(0, expansions.Count).All(i => Relate(level, expansions[i], i)))
                return level;
        }
        catch
        {
            level.Dispose();
            throw;
        }

        level.Dispose();
        return null;
    }

    /// <summary>Writes the rows as JSON objects with commas between them; false when that is more than fits into memory.</summary>
    public bool Write(Utf8Buffer json, RowLevel level, IReadOnlyList<Expansion> expansions) => _rows.Write(json, level, expansions);

    private bool ReadRows(RowLevel level, SelectStatement select, IReadOnlyList<SqlParameter> parameters, int limit, PageEnd end)
    {
        var json = RowJson.Of(select.Fields);
        var statement = reader.Prepare(select.Sql);
        try
        {
            for (var i = 0; i < parameters.Count; i++)
                DraftBinding.Bind(statement, i + 1, parameters[i].Value);
            while (statement.Step())
            {
                if (level.Count == limit)
                {
                    end.HasMore = true;
                    return true;
                }

                if (!_rows.Add<StatementRow, ColumnValue>(level, json, select, new(statement), end))
                    return false;
            }

            return true;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Reads the related rows of all rows at once: the values that join them go in as one array, and each row comes back with the place of its value.</summary>
    private bool Relate(RowLevel level, Expansion expansion, int position)
    {
        var keys = RelatedKeys.Of(level, position);
        var select = ListSql.Related(dialect, expansion);
        SqlParameter[] parameters = [.. select.Parameters];
        parameters[0] = parameters[0] with { Value = keys.Array };
        if (Read(select, parameters, expansion.Expansions, int.MaxValue, new PageEnd()) is not { } rows)
            return false;
        level.Related.Add(RelatedLevel.Of(rows, keys));
        return true;
    }
}
