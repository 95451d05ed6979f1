using System.Text;
using Nebula.Core;
using Nebula.Core.Records.Batches;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Many operations in one transaction.</summary>
public abstract class BatchContract(StorageFixture storage) : IAsyncLifetime
{
    private TestDatabase _database = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        _database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.AddTableAsync("people", "email TEXT unique", "age INTEGER", "note TEXT");
        await _database.MakeTableAsync("""{"table_name": "notes", "columns": [{"name": "person_id", "type": "INTEGER", "references": {"table": "people"}}, {"name": "text", "type": "TEXT"}]}""");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Operations_of_every_kind_run_in_their_order_and_see_one_another()
    {
        using var outcome = await _database.RunAsync("""
            {"op":"create","table":"people","data":{"email":"a","age":1}},
            {"op":"get","table":"people","id":1},
            {"op":"update","table":"PEOPLE","id":"1","data":{"age":2}},
            {"op":"upsert","table":"people","data":{"email":"a","age":3},"on_conflict":"email"},
            {"op":"upsert","table":"people","data":{"email":"b","age":9},"on_conflict":"email","resolution":"ignore"},
            {"op":"update","table":"people","filter":"age > 2","max_affected":5,"data":{"note":"old"}},
            {"op":"get","table":"people","id":1},
            {"op":"delete","table":"people","id":2,"if_match":"*"},
            {"op":"delete","table":"people","filter":"age > 100","max_affected":1}
            """).Succeeds();

        Assert.Equal(
            [BatchEffect.Created, BatchEffect.Found, BatchEffect.Found, BatchEffect.Found, BatchEffect.Created, BatchEffect.Matched, BatchEffect.Found, BatchEffect.Removed, BatchEffect.Matched],
            outcome.Results.Select(r => r.Effect));
        Assert.Equal([2L, 0L], outcome.Results.Where(r => r.Affected is not null).Select(r => r.Affected ?? -1));
        var left = await _database.Table("people").FindAsync(1).Succeeds();
        Assert.Equal((left.Text, left.Tag), (Encoding.UTF8.GetString(outcome.Results[6].Record!.Json.Span), outcome.Results[6].Record!.Tag)); // found
        Assert.Equal(("3", "\"old\""), (left["age"], left["note"]));
        Assert.Equal(1, await _database.Table("people").TotalAsync());
    }

    [Fact]
    public async Task A_later_operation_refers_to_an_earlier_result()
    {
        using (await _database.RunAsync("""
            {"op":"create","table":"people","data":{"email":"$$0.record_id","age":41}},
            {"op":"create","table":"notes","data":{"person_id":"$0.record_id","text":"$0.email"}},
            {"op":"update","table":"people","id":"$1.person_id","data":{"age":"$0.AGE","note":"$1.text"}}
            """).Succeeds())
        {
        }

        var person = await _database.Table("people").FindAsync(1).Succeeds();
        Assert.Equal(("\"$0.record_id\"", "41", "\"$0.record_id\""), (person["email"], person["age"], person["note"]));
        Assert.Equal("1", (await _database.Table("notes").FindAsync(1).Succeeds())["person_id"]);
    }

    [Theory]
    [InlineData("""{"op":"create","table":"people","data":{"age":"x"}}""", ErrorCodes.InvalidRecord, "age")]
    [InlineData("""{"op":"create","table":"people","data":{"email":"taken"}}""", ErrorCodes.UniqueViolation, "email")]
    [InlineData("""{"op":"create","table":"notes","data":{"person_id":77}}""", ErrorCodes.ForeignKeyViolation, "person_id")]
    [InlineData("""{"op":"create","table":"notes","data":{"person_id":1}},{"op":"delete","table":"people","id":1}""", ErrorCodes.ForeignKeyViolation, null, 3)]
    [InlineData("""{"op":"create","table":"none","data":{"age":1}}""", ErrorCodes.TableNotFound, null)]
    [InlineData("""{"op":"update","table":"people","id":99,"data":{"age":1}}""", ErrorCodes.RecordNotFound, null)]
    [InlineData("""{"op":"update","table":"people","id":1,"data":{"age":1},"if_match":"\"AAAAAAAAAAAAAAAAAAAAAA\""}""", ErrorCodes.PreconditionFailed, null)]
    [InlineData("""{"op":"delete","table":"people","filter":"id is not null","max_affected":1}""", ErrorCodes.MaxAffectedExceeded, null)]
    [InlineData("""{"op":"delete","table":"people","filter":"nmae = 1","max_affected":1}""", ErrorCodes.InvalidFilter, null)]
    [InlineData("""{"op":"create","table":"people","data":{"age":-9223372036854775808}},{"op":"delete","table":"people","filter":"abs(age) > 0","max_affected":1}""", ErrorCodes.Overflow, null, 3)]
    public async Task An_operation_that_fails_undoes_all_and_is_named(string operation, string code, string? field, int at = 2)
    {
        await _database.Table("people").AddAsync("""{"email": "taken"}""");
        var before = (await _database.Table("people").FindAsync(1).Succeeds()).Text;

        var error = await _database.RunAsync("""{"op":"create","table":"people","data":{"email":"first"}},{"op":"update","table":"people","id":1,"data":{"age":5}},""" + operation).FailsWith(code);

        Assert.Equal(at, error.Operation);
        if (field is not null)
            Assert.EndsWith(field, Assert.Single(error.Details).Field, StringComparison.Ordinal);
        Assert.Equal(before, (await _database.Table("people").FindAsync(1).Succeeds()).Text);
        Assert.Equal((1, 0), (await _database.Table("people").TotalAsync(), await _database.Table("notes").TotalAsync()));
    }

    [Fact]
    public async Task Batches_that_cross_one_another_are_each_whole()
    {
        await _database.Table("people").AddAsync("""{"email": "a", "age": 0}""");
        await _database.Table("people").AddAsync("""{"email": "b", "age": 0}""");

        // Each changes both records, half of them in the other order: an engine that locks records has to sort that out.
        var runs = Enumerable.Range(1, 40).Select(n => Task.Run(async () =>
        {
            string[] both = [$$$"""{"op":"update","table":"people","id":1,"data":{"age":{{{n}}}}}""", $$$"""{"op":"update","table":"people","id":2,"data":{"age":{{{n}}}}}"""];
            return await _database.RunAsync(string.Join(',', n % 2 == 0 ? both : both.Reverse()));
        }));
        var outcomes = await Task.WhenAll(runs);

        Assert.All(outcomes, o => Assert.Contains(o.Code(), new[] { "ok", ErrorCodes.Busy, ErrorCodes.Unavailable }));
        Assert.Contains(outcomes, o => o.Code() == "ok");
        foreach (var outcome in outcomes)
        {
            if (outcome.TryGet(out var results, out _))
                results.Dispose();
        }

        Assert.Single((await _database.Table("people").ListAsync()).Column("age").Distinct());
    }

    [Fact]
    public async Task A_thousand_operations_are_taken_and_not_one_more()
    {
        static string Many(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$$"""{"op":"create","table":"people","data":{"age":{{{i}}}}}"""));

        await _database.RunAsync(Many(1001)).FailsWith(ErrorCodes.InvalidBody);
        using (var outcome = await _database.RunAsync(Many(1000)).Succeeds())
            Assert.Equal(1000, outcome.Results.Count);

        Assert.Equal(1000, await _database.Table("people").TotalAsync());
    }
}
