using System.Globalization;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class BulkInsertTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task An_array_of_records_is_added_in_its_order()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        var answer = (await owner.PostAsync(records, new[] { new { name = "Ada" }, new { name = "Grace" }, new { name = "Hedy" } })).ShouldBe(201);

        Assert.Equal(["message", "count", "record_ids"], answer.Json.Names());
        Assert.Equal((3, "[1,2,3]"), (answer.Number("count"), answer["record_ids"].GetRawText()));
        Assert.Equal("Hedy", (await owner.GetAsync($"{records}/3")).Text("name"));
    }

    [Fact]
    public async Task Every_bad_record_is_named_with_its_place_and_none_is_added()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        var answer = await owner.PostAsync(records, """[{"name": "Ada"}, {"age": "x"}, 7, {"nmae": "x", "age": 1.5}, {}]""");

        answer.ShouldBe(400, "invalid_record",
            ("[1].age", "wrong_type"), ("[2]", "invalid"), ("[3].nmae", "unknown_column"), ("[3].age", "wrong_type"), ("[4]", "invalid"));
        Assert.Equal(0, await TotalAsync(owner, records));
    }

    [Fact]
    public async Task No_more_than_a_hundred_faults_are_told()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        var answer = await owner.PostAsync(records, $"[{string.Join(',', Enumerable.Repeat("""{"age":"x","name":1}""", 500))}]");

        Assert.Equal(100, answer.ShouldBe(400, "invalid_record").Details.Count);
    }

    [Fact]
    public async Task A_violated_constraint_names_the_place_and_undoes_everything()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique");

        var answer = await owner.PostAsync(records, new[] { new { email = "a@b" }, new { email = "c@d" }, new { email = "a@b" } });

        answer.ShouldBe(409, "unique_violation", ("[2].email", "unique"));
        Assert.Equal(0, await TotalAsync(owner, records));
    }

    [Fact]
    public async Task Ten_thousand_records_are_taken_and_not_one_more()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        static string Many(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"age":{{i}}}"""))}]";

        (await owner.PostAsync(records, Many(10_001))).ShouldBe(400, "invalid_record");
        var answer = (await owner.PostAsync(records, Many(10_000))).ShouldBe(201);

        Assert.Equal((10_000, 10_000), (answer.Number("count"), answer["record_ids"].GetArrayLength()));
        Assert.Equal(10_000, await TotalAsync(owner, records));
        Assert.Equal(9_999, (await owner.GetAsync($"{records}/10000")).Number("age"));
    }

    [Fact]
    public async Task A_wide_table_takes_fewer_records_at_once()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync([.. Enumerable.Range(0, 397).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i} INTEGER{(i == 0 ? " unique" : "")}"))]);
        static string Many(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"c0":{{i}}}"""))}]";

        foreach (var query in (string[])["", "?on_conflict=c0"])
        {
            var refused = (await owner.PostAsync(records + query, Many(2501))).ShouldBe(400, "invalid_record");
            Assert.Equal("An array holds 1 to 2500 records of a table of 400 columns, this one has 2501.", refused.Text("error"));
            Assert.Contains("1,000,000", refused.Text("hint"), StringComparison.Ordinal);
        }

        (await owner.PostAsync(records, Many(2500))).ShouldBe(201);
        Assert.Equal(2500, await TotalAsync(owner, records));
    }

    [Theory]
    [InlineData("[]", "invalid_record")]
    [InlineData("[{}]", "invalid_record")]
    [InlineData("[{\"age\":1}", "invalid_json")]
    [InlineData("[{\"age\":1}] x", "invalid_json")]
    [InlineData("[{\"age\":1},]", "invalid_json")]
    [InlineData("[[{\"age\":1}]]", "invalid_record")]
    [InlineData("[{\"age\":1,\"age\":2}]", "invalid_record")]
    public async Task What_is_no_array_of_records_is_refused(string body, string code)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        (await owner.PostAsync(records, body)).ShouldBe(400, code);

        Assert.Equal(0, await TotalAsync(owner, records));
    }

    [Fact]
    public async Task A_minimal_answer_leaves_out_what_the_client_knows()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        (string, string)[] minimal = [("Prefer", "return=minimal")];

        var one = (await owner.PostAsync(records, new { name = "Ada" }, minimal)).ShouldBe(201);
        var changed = (await owner.PatchAsync($"{records}/1", new { age = 1 }, ("Prefer", "respond-async, Return = \"minimal\"; x=y"))).ShouldBe(200);
        var many = (await owner.PostAsync(records, new[] { new { name = "Grace" } }, minimal)).ShouldBe(201);
        var whole = (await owner.PostAsync(records, new { name = "Hedy" }, ("Prefer", "return=representation, return=minimal"))).ShouldBe(201);

        Assert.Equal(["message", "record_id"], one.Json.Names());
        Assert.Equal(["message", "record_id"], changed.Json.Names());
        Assert.Equal(["message", "count"], many.Json.Names());
        Assert.All([one, changed, many], a => Assert.Equal("return=minimal", a.Header("Preference-Applied")));
        Assert.Equal((await owner.GetAsync($"{records}/1")).Etag, changed.Etag);
        Assert.NotNull(one.Header("Location"));
        Assert.Equal("Hedy", whole["record"].Text("name"));
        Assert.Null(whole.Header("Preference-Applied"));
    }

    [Fact]
    public async Task A_key_that_may_write_but_not_read_may_add_many()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", "records:write");

        Assert.Equal("[2]", (await key.PostAsync(Shop.Customers, new[] { new { name = "Grace" } })).ShouldBe(201)["record_ids"].GetRawText());
    }

    internal static async Task<long> TotalAsync(Owner owner, string records) =>
        (await owner.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{records}?limit=1"))).ShouldBe(200)["pagination"].Number("total");
}
