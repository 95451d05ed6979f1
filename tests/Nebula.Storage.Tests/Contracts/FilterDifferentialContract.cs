using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Filters;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>An engine and <see cref="NaiveFilter"/> find the same records.</summary>
public abstract class FilterDifferentialContract(StorageFixture storage)
{
    private const int Databases = 3;
    private const int FiltersPerTable = 250;

    private static readonly DateTimeOffset _now = new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);

    [Fact]
    public Task Random_filters_find_what_they_say() => Seed.RunAsync(async random =>
    {
        storage.Clock.HeldAt = _now;
        try
        {
            for (var i = 0; i < Databases; i++)
                await CompareAllAsync(random);
        }
        finally
        {
            storage.Clock.HeldAt = null;
        }
    });

    private async Task CompareAllAsync(Random random)
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var data = new MusicData(random, isDeclared: true);
        await data.StoreAsync(database);
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
                if (!(await database.Table(table.Name).TryListAsync($"limit=1000&fields=id&filter={Uri.EscapeDataString(text)}")).TryGet(out var found, out error))
                    Assert.Fail($"{table.Name}: {text}\n{error.Code}: {error.Message}");
                Assert.True(expected.SequenceEqual(found.Ids), $"{table.Name}: {text}\nexpected {string.Join(',', expected)}\nfound    {string.Join(',', found.Ids)}");
            }
        }
    }
}
