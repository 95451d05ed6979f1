using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Filters;

/// <summary>SQLite and <see cref="NaiveFilter"/> find the same records.</summary>
public sealed class FilterDifferentialTests
{
    private const int Databases = 4;
    private const int FiltersPerTable = 300;

    private static readonly DateTimeOffset _now = new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);

    [Fact]
    public Task Random_filters_find_what_they_say() => Seed.RunAsync(random =>
    {
        for (var i = 0; i < Databases; i++)
            CompareAll(random);
        return Task.CompletedTask;
    });

    private static void CompareAll(Random random)
    {
        using var directory = new TemporaryDirectory();
        SqliteLibrary.Start();
        using var connection = Connection.Open(directory.Combine("music.db"), create: true);
        var data = new MusicData(random);
        data.Store(connection);
        var filters = new RandomFilter(data, random);
        var naive = new NaiveFilter(data.Rows);
        foreach (var table in data.Schema.Tables)
        {
            for (var i = 0; i < FiltersPerTable; i++)
            {
                var text = filters.Next(table);
                if (!FilterText.Bind(table, new SchemaView(data.Schema, null), text, _now).TryGet(out var condition, out var error))
                    Assert.Fail($"{table.Name}: {text}\n{error.Message}");
                var expected = data.Rows[table.Id].Where(row => naive.Holds(condition, row) == true).Select(row => (long)row[0]!).ToList(); // a key
                var (found, sql) = Find(connection, table, condition);
                Assert.True(expected.SequenceEqual(found), $"{table.Name}: {text}\nexpected {string.Join(',', expected)}\nfound    {string.Join(',', found)}\n{sql}");
            }
        }
    }

    private static (List<long> Ids, string Sql) Find(Connection connection, Table table, Condition condition)
    {
        var (aliases, parameters) = (new AliasSequence(), new SqlParameters());
        var source = new JoinedSource(table, aliases);
        var where = new ConditionSql(source, parameters, aliases).Write(condition);
        var key = source.Column(table.Columns[0]);
        var sql = $"SELECT {key} FROM {source.From} WHERE {where} ORDER BY {key}";
        var ids = new List<long>();
        try
        {
            var statement = connection.Prepare(sql);
            try
            {
                for (var i = 0; i < parameters.Values.Count; i++)
                    DraftBinding.Bind(statement, i + 1, parameters.Values[i]);
                while (statement.Step())
                    ids.Add(statement.Integer(0));
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

        return (ids, sql);
    }
}
