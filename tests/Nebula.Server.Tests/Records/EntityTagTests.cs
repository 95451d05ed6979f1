using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class EntityTagTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task The_tag_is_strong_and_the_same_whatever_fields_are_asked_for()
    {
        var (owner, record) = await OpenAsync();

        var tag = (await owner.GetAsync(record)).Etag;

        Assert.Matches("^\"[A-Za-z0-9_-]{22}\"$", tag);
        Assert.Equal(tag, (await owner.GetAsync($"{record}?fields=name")).Etag);
        Assert.Equal(tag, (await owner.GetAsync($"{record}?fields=age,id")).Etag);
    }

    [Fact]
    public async Task The_tag_changes_with_every_value()
    {
        var (owner, record) = await OpenAsync();
        var tags = new List<string> { (await owner.GetAsync(record)).Etag };

        foreach (var change in new object[] { new { name = "Eve" }, new { age = 1 }, """{"age": null}""", new { name = "" } })
        {
            var updated = (await owner.PutAsync(record, change)).ShouldBe(200);
            Assert.Equal(updated.Etag, (await owner.GetAsync(record)).Etag);
            tags.Add(updated.Etag);
        }

        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Fact]
    public async Task Who_has_the_record_already_is_told_so_without_a_body()
    {
        var (owner, record) = await OpenAsync();
        var tag = (await owner.GetAsync(record)).Etag;

        foreach (var header in new[] { tag, $"W/{tag}", "*", $"\"other\", {tag}", $"\"a,b\",W/{tag}" })
        {
            var answer = (await owner.GetAsync(record, ("If-None-Match", header))).ShouldBe(304);
            Assert.Equal(tag, answer.Header("ETag"));
        }
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("W/\"other\"")]
    [InlineData("\"\"")]
    [InlineData("garbage")]
    [InlineData("\"")]
    [InlineData(",,,")]
    public async Task Who_has_another_one_or_sends_no_tag_at_all_gets_the_record(string header)
    {
        var (owner, record) = await OpenAsync();

        Assert.Equal("Ada", (await owner.GetAsync(record, ("If-None-Match", header))).ShouldBe(200).Text("name"));
    }

    [Fact]
    public async Task A_tag_without_its_quotes_is_no_tag()
    {
        var (owner, record) = await OpenAsync();
        var tag = (await owner.GetAsync(record)).Etag.Trim('"');

        (await owner.GetAsync(record, ("If-None-Match", tag))).ShouldBe(200);
        (await owner.PutAsync(record, new { age = 1 }, ("If-Match", tag))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_change_of_the_record_that_one_read_goes_through(string method)
    {
        foreach (var form in new[] { "{0}", "*", "\"other\", {0}", "\"a,b\" , {0}", "W/\"x\", {0}" })
        {
            var (owner, record) = await OpenAsync();
            var tag = (await owner.GetAsync(record)).Etag;
            var header = form.Replace("{0}", tag, StringComparison.Ordinal);

            var answer = await owner.SendAsync(method, record, method == "DELETE" ? null : new { age = 1 }, ("If-Match", header));

            Assert.InRange(answer.Status, 200, 204);
        }
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_change_of_a_record_that_changed_meanwhile_does_not(string method)
    {
        var (owner, record) = await OpenAsync();
        var old = (await owner.GetAsync(record)).Etag;
        var current = (await owner.PutAsync(record, new { age = 37 })).Etag;

        foreach (var header in new[] { old, $"W/{current}", "\"other\"", "\"\"", "\"a,b\"", $"{old}, \"other\"" })
        {
            var answer = await owner.SendAsync(method, record, method == "DELETE" ? null : new { age = 1 }, ("If-Match", header));
            answer.ShouldBe(412, "precondition_failed");
        }

        Assert.Equal(current, (await owner.GetAsync(record)).Etag);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("\"open")]
    [InlineData("open\"")]
    [InlineData("*, \"x\"")]
    [InlineData("\"x\", *")]
    [InlineData("W/")]
    [InlineData("\"x\" \"y\"")]
    public async Task A_malformed_condition_is_refused_and_nothing_changes(string header)
    {
        var (owner, record) = await OpenAsync();
        var before = await owner.GetAsync(record);

        (await owner.PutAsync(record, new { age = 1 }, ("If-Match", header))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));
        (await owner.DeleteAsync(record, null, ("If-Match", header))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));

        Assert.Equal(before.Body, (await owner.GetAsync(record)).Body);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("\"other\"")]
    public async Task A_record_that_does_not_exist_is_that_whatever_the_condition(string header)
    {
        var (owner, record) = await OpenAsync();
        await owner.DeleteAsync(record);

        (await owner.PutAsync(record, new { age = 1 }, ("If-Match", header))).ShouldBe(404, "record_not_found");
        (await owner.DeleteAsync(record, null, ("If-Match", header))).ShouldBe(404, "record_not_found");
    }

    [Fact]
    public async Task Of_many_who_change_what_they_read_one_does_each_time()
    {
        var (owner, record) = await OpenAsync();

        for (var round = 0; round < 5; round++)
        {
            var tag = (await owner.GetAsync(record)).Etag;
            var ages = Enumerable.Range(1000 + round * 10, 8);
            var answers = await Task.WhenAll(ages.Select(age => owner.PutAsync(record, new { age }, ("If-Match", tag))));

            Assert.Single(answers, a => a.Status == 200);
            Assert.Equal(7, answers.Count(a => a.Status == 412));
        }
    }

    private async Task<(Owner Owner, string Record)> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER");
        return (owner, $"{records}/{await owner.AddAsync(records, new { name = "Ada", age = 36 })}");
    }
}
