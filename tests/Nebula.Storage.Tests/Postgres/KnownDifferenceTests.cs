using Nebula.Core;
using Nebula.Storage.Tests.Postgres.Contracts;
using Nebula.Storage.Tests.Sqlite.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Where the engines are known to differ: each is documented, and left out of what they are compared by.</summary>
public sealed class KnownDifferenceTests(SqliteFixture sqlite, PostgresFixture postgres) : IClassFixture<SqliteFixture>, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_sum_of_INTEGERs_may_pass_64_bits_on_the_way_or_not()
    {
        var (one, other) = await TablesAsync("n INTEGER");
        foreach (var table in new[] { one, other })
        {
            foreach (var n in new[] { long.MaxValue, 1, -2 })
                await table.AddAsync($$"""{"n": {{n}}}""");
        }

        await one.AggregateAsync("select=sum(n)").FailsWith(ErrorCodes.Overflow);
        Assert.Contains($":{long.MaxValue - 1}}}", await other.AggregateAsync("select=sum(n)").Succeeds(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sum_of_REALs_is_the_same_but_for_its_last_digits()
    {
        var (one, other) = await TablesAsync("r REAL");
        var sums = new List<double>();
        foreach (var table in new[] { one, other })
        {
            for (var i = 0; i < 10; i++)
                await table.AddAsync("""{"r": 0.1}""");
            sums.Add(double.Parse((await table.AggregateAsync("select=sum(r)").Succeeds()).Split(':', '}')[1], System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.All(sums, sum => Assert.Equal(1.0, sum, precision: 12));
    }

    [Fact]
    public async Task An_insert_that_fails_may_use_up_an_id()
    {
        var (one, other) = await TablesAsync("u INTEGER unique");
        foreach (var table in new[] { one, other })
        {
            await table.AddAsync("""{"u": 1}""");
            await table.InsertAsync("""{"u": 1}""").FailsWith(ErrorCodes.UniqueViolation);
        }

        Assert.Equal(2, (await one.AddAsync("""{"u": 2}""")).Id);
        Assert.Equal(3, (await other.AddAsync("""{"u": 2}""")).Id);
    }

    private async Task<(TestTable One, TestTable Other)> TablesAsync(params string[] columns) =>
        (await (await sqlite.Services.AddTenantAsync()).AddTableAsync(columns), await (await postgres.Services.AddTenantAsync()).AddTableAsync(columns));
}
