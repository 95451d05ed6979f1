using Nebula.Core.Tables;
using Nebula.Storage.Tests.Filters;
using Nebula.Storage.Tests.Postgres.Contracts;
using Nebula.Storage.Tests.Sqlite.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>The same data in both engines: whatever is asked of them, they answer the same, byte for byte. What is known to differ is in <see cref="KnownDifferenceTests"/>, and not asked here.</summary>
public sealed class EngineDifferentialTests(SqliteFixture sqlite, PostgresFixture postgres) : IClassFixture<SqliteFixture>, IClassFixture<PostgresFixture>
{
    private const int Queries = 400;

    private static readonly DateTimeOffset _now = new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);

    [Fact]
    public Task Lists_and_their_pages_are_the_same() => CompareAsync(async (random, data, one, other) =>
    {
        var filters = new RandomFilter(data, random);
        for (var i = 0; i < Queries; i++)
        {
            var table = data.Schema.Tables[random.Next(data.Schema.Tables.Count)];
            var filter = random.Next(3) == 0 ? "" : $"&filter={Uri.EscapeDataString(filters.Next(table))}";
            var query = $"fields={Fields(table)}&sort={Uri.EscapeDataString(Sort(random, table))}{filter}";
            var expand = random.Next(2) == 0 ? "" : $"&expand={Uri.EscapeDataString(Expand(random, data, table))}";
            var paged = random.Next(2) == 0 ? $"&limit={random.Next(1, 15)}&offset={random.Next(20)}" : $"&limit={random.Next(5, 15)}&cursor=";

            await SameAsync($"{table.Name}?{query}{expand}{paged}", async database =>
            {
                var pages = new List<string>();
                var cursor = "";
                do
                {
                    var listed = await database.Table(table.Name).TryListAsync(paged.EndsWith("cursor=", StringComparison.Ordinal) ? $"{query}{expand}{paged}{Uri.EscapeDataString(cursor)}" : $"{query}{expand}{paged}");
                    pages.Add(listed.TryGet(out var page, out var error) ? $"{page.Total} {page.Text}" : error.Code);
                    cursor = page?.NextCursor;
                }
                while (cursor is not null && paged.EndsWith("cursor=", StringComparison.Ordinal));
                return string.Join('\n', pages);
            }, one, other);
        }
    });

    [Fact]
    public Task Aggregates_are_the_same() => CompareAsync(async (random, data, one, other) =>
    {
        var filters = new RandomFilter(data, random);
        for (var i = 0; i < Queries; i++)
        {
            var table = data.Schema.Tables[random.Next(data.Schema.Tables.Count)];
            var group = string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Quoted(Pick(random, Comparable(table)).Name)).Distinct());
            var select = string.Join(',', Enumerable.Range(0, 4).Select(_ => Output(random, table)).Distinct());
            var filter = random.Next(2) == 0 ? "" : $"&filter={Uri.EscapeDataString(filters.Next(table))}";
            var query = $"$select={select}{(group.Length > 0 ? $"&$group={Uri.EscapeDataString(group)}" : "")}{filter}";

            await SameAsync($"{table.Name}?{query}", async database => (await database.Table(table.Name).AggregateAsync(query)).TryGet(out var groups, out var error) ? groups : error.Code, one, other);
        }
    });

    [Fact]
    public Task Exports_and_declarations_are_the_same() => CompareAsync(async (_, data, one, other) =>
    {
        foreach (var table in data.Schema.Tables)
        {
            foreach (var format in new[] { "csv", "ndjson" })
                await SameAsync($"{table.Name} as {format}", async database => await database.Table(table.Name).ExportAsync($"format={format}&fields={Fields(table)}").Succeeds(), one, other);
            await SameAsync(table.Name, async database => System.Text.Encoding.UTF8.GetString(TableDefinitionJson.Write((await database.GetTableAsync(table.Name).Succeeds()).Definition!)), one, other); // Nebula's own
        }
    });

    private static async Task SameAsync(string asked, Func<TestDatabase, Task<string>> ask, TestDatabase one, TestDatabase other)
    {
        var (expected, found) = (await ask(one), await ask(other));
        Assert.True(expected == found, $"{asked}\nSQLite     {expected}\nPostgreSQL {found}");
    }

    private Task CompareAsync(Func<Random, MusicData, TestDatabase, TestDatabase, Task> compare) => Seed.RunAsync(async random =>
    {
        (sqlite.Clock.HeldAt, postgres.Clock.HeldAt) = (_now, _now);
        try
        {
            var data = new MusicData(random, isDeclared: true, isSummable: true);
            var (one, other) = (await (await sqlite.Services.AddTenantAsync()).AddDatabaseAsync(), await (await postgres.Services.AddTenantAsync()).AddDatabaseAsync());
            await data.StoreAsync(one);
            await data.StoreAsync(other);
            await compare(random, data, one, other);
        }
        finally
        {
            (sqlite.Clock.HeldAt, postgres.Clock.HeldAt) = (null, null);
        }
    });

    /// <summary>All columns but JSON, whose keys need not come in the same order.</summary>
    private static string Fields(Table table) => string.Join(',', table.Columns.Where(c => c.Type != ColumnType.Json).Select(c => c.Name));

    private static string Sort(Random random, Table table) => string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Comparable(table)).Name).Distinct()
        .Select(name => $"{Pick(random, ["", "-"])}{Quoted(name)}{Pick(random, ["", ":nullsfirst", ":nullslast"])}"));

    private static string Expand(Random random, MusicData data, Table table)
    {
        var relations = new SchemaView(data.Schema, null).RelationsOf(table);
        var relation = relations[random.Next(relations.Count)];
        var fields = string.Join(',', relation.Target.Columns.Where(c => c.Type != ColumnType.Json).Take(4).Select(c => Quoted(c.Name)));
        var rest = relation.IsToMany ? $",sort={Pick(random, ["", "-"])}id,limit={random.Next(1, 5)}" : "";
        return $"{relation.Name}(fields={fields}{rest})";
    }

    private static string Output(Random random, Table table)
    {
        var column = Pick(random, Comparable(table));
        return random.Next(4) switch
        {
            0 => "count()",
            1 => $"count({Pick(random, ["", "distinct "])}{Quoted(column.Name)})",
            2 => $"{Pick(random, ["min", "max"])}({Quoted(column.Name)})",
            _ => column.Type is ColumnType.Integer or ColumnType.Decimal ? $"sum({Quoted(column.Name)})" : "count()",
        };
    }

    private static Column[] Comparable(Table table) => [.. table.Columns.Where(c => c.Type is not (ColumnType.Json or ColumnType.Blob or ColumnType.Boolean))];

    /// <summary>Keywords need the quotes.</summary>
    private static string Quoted(string name) => name == "order" ? "\"order\"" : name;

    private static T Pick<T>(Random random, T[] choices) => choices[random.Next(choices.Length)];
}
