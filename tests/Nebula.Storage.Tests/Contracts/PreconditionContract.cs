using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of <c>If-Match</c>: it is checked inside the write, so that nothing comes between.</summary>
public abstract class PreconditionContract(StorageFixture storage)
{
    [Fact]
    public async Task An_update_with_the_present_tag_succeeds()
    {
        var table = await TableAsync();
        var row = await table.AddAsync("""{"n": 1}""");

        await table.UpdateAsync(row.Id, """{"n": 2}""", row.Tag).Succeeds();
    }

    [Fact]
    public async Task An_update_with_an_old_tag_is_refused_and_changes_nothing()
    {
        var table = await TableAsync();
        var row = await table.AddAsync("""{"n": 1}""");
        var changed = await table.UpdateAsync(row.Id, """{"n": 2}""").Succeeds();

        await table.UpdateAsync(row.Id, """{"n": 3}""", row.Tag).FailsWith(ErrorCodes.PreconditionFailed);

        Assert.Equal(changed.Text, (await table.FindAsync(row.Id).Succeeds()).Text);
    }

    [Fact]
    public async Task One_of_several_tags_is_enough()
    {
        var table = await TableAsync();
        var row = await table.AddAsync("""{"n": 1}""");

        await table.UpdateAsync(row.Id, """{"n": 2}""", new EntityTag(1), row.Tag).Succeeds();
    }

    [Fact]
    public async Task A_delete_with_an_old_tag_is_refused()
    {
        var table = await TableAsync();
        var row = await table.AddAsync("""{"n": 1}""");
        var changed = await table.UpdateAsync(row.Id, """{"n": 2}""").Succeeds();

        await table.DeleteAsync(row.Id, row.Tag).FailsWith(ErrorCodes.PreconditionFailed);
        await table.DeleteAsync(row.Id, changed.Tag).Succeeds();
    }

    [Fact]
    public async Task A_record_that_is_gone_is_not_found_whatever_the_tag()
    {
        var table = await TableAsync();
        var row = await table.AddAsync("""{"n": 1}""");
        await table.DeleteAsync(row.Id).Succeeds();

        await table.UpdateAsync(row.Id, """{"n": 2}""", row.Tag).FailsWith(ErrorCodes.RecordNotFound);
        await table.DeleteAsync(row.Id, row.Tag).FailsWith(ErrorCodes.RecordNotFound);
    }

    [Fact]
    public async Task Of_many_updates_with_the_same_tag_one_succeeds()
    {
        var table = await TableAsync();
        var row = await table.AddAsync("""{"n": 0}""");

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => table.UpdateAsync(row.Id, $$"""{"n": {{i}}}""", row.Tag).AsTask()));

        var winner = Assert.Single(outcomes, o => o.Code() == "ok").Succeeds();
        Assert.All(outcomes.Where(o => o.Code() != "ok"), o => o.FailsWith(ErrorCodes.PreconditionFailed));
        Assert.Equal(winner.Text, (await table.FindAsync(row.Id).Succeeds()).Text);
    }

    [Fact]
    public async Task A_thousand_concurrent_cycles_of_read_and_guarded_write_count_to_a_thousand()
    {
        const int Workers = 20, Cycles = 50;
        var table = await TableAsync();
        var id = (await table.AddAsync("""{"n": 0}""")).Id;

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Cycles;)
            {
                var row = await table.FindAsync(id).Succeeds();
                var next = row.Json["n"]!.GetValue<long>() + 1;
                var outcome = await table.UpdateAsync(id, $$"""{"n": {{next}}}""", row.Tag);
                if (outcome.Code() == "ok")
                    i++;
                else
                    outcome.FailsWith(ErrorCodes.PreconditionFailed);
            }
        })));

        Assert.Equal($"{Workers * Cycles}", (await table.FindAsync(id).Succeeds())["n"]);
    }

    private async Task<TestTable> TableAsync() => await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
}
