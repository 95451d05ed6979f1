using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Tests.Filters;

/// <summary>The least statement that finds the records for which a condition is true.</summary>
internal sealed class FilterQuery
{
    private readonly SqlParameters _parameters = new(SqliteDialect.Instance);
    private readonly string _select;
    private readonly string _order;

    public FilterQuery(Table table, Condition condition)
    {
        var aliases = new AliasSequence();
        var source = new JoinedSource(SqliteDialect.Instance, table, aliases);
        var where = new ConditionSql(source, _parameters, aliases).Write(condition);
        var key = source.Column(table.Columns[0]);
        (_select, _order) = ($"SELECT {key} FROM {source.From} WHERE {where}", $" ORDER BY {key}");
    }

    public string Sql => _select + _order;

    /// <summary>The keys of what it finds.</summary>
    public List<long> Run(Connection connection) => Read(connection, Sql, row => row.Integer(0));

    /// <summary>What SQLite means to do where the order does not matter.</summary>
    public string Plan(Connection connection) => string.Join('\n', Read(connection, $"EXPLAIN QUERY PLAN {_select}", row => row.Text(3)));

    private List<T> Read<T>(Connection connection, string sql, Func<Statement, T> read)
    {
        var rows = new List<T>();
        try
        {
            var statement = connection.Prepare(sql);
            try
            {
                for (var i = 0; i < _parameters.Values.Count; i++)
                    DraftBinding.Bind(statement, i + 1, _parameters.Values[i].Value);
                while (statement.Step())
                    rows.Add(read(statement));
            }
            finally
            {
                statement.Reset();
            }
        }
        catch (SqliteFaultException e)
        {
            Assert.Fail($"{e.Message}\n{sql}");
        }

        return rows;
    }
}
