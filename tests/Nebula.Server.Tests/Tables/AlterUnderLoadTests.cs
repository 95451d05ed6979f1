using System.Collections.Concurrent;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Tables;

public sealed class AlterUnderLoadTests(SharedServer shared) : ServerTests(shared)
{
    private const string Table = "/api/v1/databases/shop/tables/customers";

    [Fact]
    public async Task A_table_that_changes_while_it_is_read_and_written_gives_no_fault_of_the_server()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        await owner.AddAsync(records, new { name = "Ada", age = 36 });
        using var stopping = new CancellationTokenSource();
        var statuses = new ConcurrentDictionary<int, int>();

        var load = Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                var answer = await (worker switch
                {
                    0 => owner.PostAsync(records, new { name = "Bob" }),
                    1 => owner.PutAsync($"{records}/1", new { name = "Ada" }),
                    2 => owner.GetAsync($"{records}/1"),
                    3 => owner.GetAsync($"{records}?filter=name%20%3D%20'Ada'&sort=-id"),
                    4 => owner.GetAsync($"{Table}/aggregate?select=count()&group=name"),
                    _ => owner.GetAsync($"{Table}/schema"),
                });
                statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            }
        }, Ct)).ToArray();
        string[] changes =
        [
            """{"alter_columns": [{"name": "name", "nullable": false}]}""",
            """{"alter_columns": [{"name": "age", "type": "DECIMAL(9,2)"}], "add_columns": [{"name": "extra", "type": "DATE"}]}""",
            """{"drop_columns": ["extra"], "add_indexes": [{"columns": ["name"]}]}""",
            """{"alter_columns": [{"name": "age", "type": "INTEGER"}, {"name": "name", "nullable": true}], "drop_indexes": ["customers_name_idx"]}""",
        ];
        for (var i = 0; i < 24; i++)
            (await owner.PatchAsync(Table, changes[i % changes.Length])).ShouldBe(200);

        await stopping.CancelAsync();
        await Task.WhenAll(load);
        Assert.All(statuses.Keys, status => Assert.Contains(status, new[] { 200, 201, 409, 429, 503 }));
        Assert.True(statuses.GetValueOrDefault(200) > 20, string.Join(", ", statuses));
        Assert.Equal(36, (await owner.GetAsync($"{records}/1")).Number("age"));
    }
}
