using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Filters;

/// <summary>SQLite and <see cref="NaiveFilter"/> find the same records.</summary>
public sealed class FilterDifferentialTests
{
    private const int Databases = 3;
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
                var query = new FilterQuery(table, condition);
                var found = query.Run(connection);
                Assert.True(expected.SequenceEqual(found), $"{table.Name}: {text}\nexpected {string.Join(',', expected)}\nfound    {string.Join(',', found)}\n{query.Sql}");
            }
        }
    }
}
