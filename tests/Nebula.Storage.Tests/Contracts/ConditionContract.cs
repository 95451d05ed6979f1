using Nebula.Core;
using Nebula.Storage.Tests.Filters;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What conditions mean where that is easily got wrong, and that the largest ones are still taken.</summary>
public abstract class ConditionContract(StorageFixture storage)
{
    [Fact]
    public async Task The_largest_filters_are_still_taken()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await new MusicData(new Random(1), isDeclared: true).StoreAsync(database);
        string[] filters =
        [
            string.Join(" or ", Enumerable.Repeat("sold", 100)),
            string.Join(" or ", Enumerable.Repeat("not tracks.live", 100)),
            $"year in ({string.Join(',', Enumerable.Range(0, 1000).Select(i => i % 10))})",
            $"id in ({string.Join(',', Enumerable.Repeat("tax", 1000))})", // each of them a comparison of its own
            $"{new string('(', 32)}sold{new string(')', 32)}",
            $"{string.Concat(Enumerable.Repeat("not ", 32))}sold",
            $"{string.Concat(Enumerable.Repeat("coalesce(title,", 32))}title{new string(')', 32)} = 'x'",
            $"date({string.Concat(Enumerable.Repeat("coalesce(stamp,", 31))}stamp{new string(')', 31)}) = @today",
            string.Join(" and ", Enumerable.Repeat("artist.albums.tracks.covers.cover_of.album.artist.albums.title ~ 'a'", 55)),
        ];

        foreach (var filter in filters)
            (await database.Table("albums").TryListAsync($"filter={Uri.EscapeDataString(filter)}")).Succeeds();
    }

    [Fact]
    public async Task Operands_of_one_test_that_share_a_path_speak_of_one_record()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var artists = await database.AddTableAsync("artists", "name TEXT");
        var albums = await database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "year", "type": "INTEGER"}, {"name": "price", "type": "REAL"}, {"name": "artist_id", "type": "INTEGER", "references": {"table": "artists"}}]}""");
        await artists.AddAsync("""{"name": "a"}""");
        await artists.AddAsync("""{"name": "b"}""");

        // Two albums of artist 1, whose years and prices agree crosswise only.
        (await albums.InsertManyAsync("""[{"year": 5, "price": 7, "artist_id": 1}, {"year": 7, "price": 5, "artist_id": 1}]""").Succeeds()).Dispose();

        Assert.Empty(await FoundAsync(artists, "albums.year = albums.price"));
        Assert.Equal([1L], await FoundAsync(artists, "albums.year = 7 and albums.price = 7"));
        Assert.Equal([1L], await FoundAsync(artists, "albums.year != 7 and not albums.year = 8 and id = 1"));
        Assert.Equal([2L], await FoundAsync(artists, "not albums.year = 7"));
        Assert.Equal([1L], await FoundAsync(artists, "coalesce(albums.year, 0) > albums.price"));
    }

    [Theory]
    [InlineData("cost = tax", true)]
    [InlineData("cost in (tax)", true)]
    [InlineData("cost in (huge, tax)", true)]
    [InlineData("cost not in (tax)", false)]
    [InlineData("tax between cost and cost", true)]
    [InlineData("cost < tax", false)]
    [InlineData("cost = 1.5", true)]
    [InlineData("1.5 = price and price = cost", true)]
    [InlineData("cost > id", true)]
    [InlineData("huge > tax", true)] // rescaled, it has more than 64 bits
    [InlineData("tax < huge", true)]
    [InlineData("abs(cost) in (tax)", true)]
    [InlineData("round(cost) = 2", true)]
    [InlineData("coalesce(cost, 0) = tax", true)]
    public async Task Decimals_compare_as_the_numbers_that_they_are(string filter, bool isFound)
    {
        var table = await TableAsync("cost DECIMAL(8,2)", "tax DECIMAL(18,5)", "huge DECIMAL(18,0)", "price REAL");
        await table.AddAsync("""{"cost": "1.5", "tax": "1.5", "huge": "999999999999999999", "price": 1.5}""");

        Assert.Equal(isFound ? [1L] : [], await FoundAsync(table, filter));
    }

    [Theory]
    [InlineData("n / 2 = 1", null)]
    [InlineData("not n = 1", "2 4")]
    [InlineData("n != 1", "2 4")]
    [InlineData("n in (1, m)", "1")]
    [InlineData("n not in (1, m)", "")]
    [InlineData("n = null", "3")]
    [InlineData("n != null", "1 2 4")]
    [InlineData("n between 2 and m", "")]
    [InlineData("not (n between 2 and m)", "1")]
    [InlineData("n = 1 or t = 'x'", "1 3")]
    [InlineData("not (n = 1 and t = 'x')", "2 4")]
    [InlineData("coalesce(n, 0) = 0", "3")]
    [InlineData("t is null", "1 2")]
    [InlineData("n >= 9223372036854775807", "4")]
    public async Task Nulls_are_unknown_and_unknown_is_not_found(string filter, string? ids)
    {
        var table = await TableAsync("n INTEGER", "t TEXT", "m INTEGER");
        (await table.InsertManyAsync("""[{"n": 1}, {"n": 2}, {"t": "x"}, {"n": 9223372036854775807, "t": "y"}]""").Succeeds()).Dispose();

        if (ids is null)
            (await table.TryListAsync($"filter={Uri.EscapeDataString(filter)}")).FailsWith(ErrorCodes.InvalidFilter);
        else
            Assert.Equal(ids, string.Join(' ', await FoundAsync(table, filter)));
    }

    [Theory]
    [InlineData("t ~ 'AB'", "1 2 3")]
    [InlineData("t ^= 'ab'", "1")]
    [InlineData("t $= 'B'", "2 3")]
    [InlineData("t like 'a%'", "1 3")]
    [InlineData("t like '_b'", "1")]
    [InlineData("t ilike 'A_'", "1 2 3")]
    [InlineData("t ~ 'É'", "5")]
    [InlineData("lower(t) = 'ab'", "1 2 3")]
    [InlineData("upper(t) = 'é'", "4")]
    [InlineData("t ~ '%'", "6")]
    [InlineData("t like '\\%'", "6")]
    [InlineData("t ~ '\\'", "7")]
    [InlineData("t > 'Z'", "1 3 4 5 7 8")]
    [InlineData("length(t) = 1", "4 5 6 7 8")]
    [InlineData("t = '😀'", "8")]
    public async Task Texts_match_by_their_code_points_and_fold_ASCII_alone(string filter, string ids)
    {
        var table = await TableAsync("t TEXT");
        foreach (var text in new[] { "ab", "AB", "aB", "é", "É", "%", "\\", "😀" })
            await table.AddAsync(new System.Text.Json.Nodes.JsonObject { ["t"] = text }.ToJsonString());

        Assert.Equal(ids, string.Join(' ', await FoundAsync(table, filter)));
    }

    private static async Task<IReadOnlyList<long>> FoundAsync(TestTable table, string filter) => (await table.ListAsync($"fields=id&filter={Uri.EscapeDataString(filter)}")).Ids;

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
