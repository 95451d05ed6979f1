using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Rights;

public sealed class BodyTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string> WithBody => ApiRoute.Where(r => r.TakesJson);

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task What_is_not_JSON_is_called_that(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        foreach (var body in new[] { "", " ", "{", "}", "{\"name\":", "{\"name\": \"Ada\"", "{'name': 'Ada'}", "{\"name\": Ada}", "<name/>",
            "{\"a\":1}{", "{\"a\":1,}", "// {}" })
            (await shop.Owner.SendAsync(route.Method, route.In(shop), body)).ShouldBe(400, "invalid_json");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_that_is_not_one_object_is_refused(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());
        var code = name.Contains("/records", StringComparison.Ordinal) ? "invalid_record" : "invalid_body";

        foreach (var body in new[] { "[]", "[{}]", "\"text\"", "1", "true", "null" })
            (await shop.Owner.SendAsync(route.Method, route.In(shop), body)).ShouldBe(400, code);

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task An_empty_object_is_refused(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        var answer = await shop.Owner.SendAsync(route.Method, route.In(shop), "{}");

        // Changing nothing of a key is the one thing that needs no member.
        if (name.StartsWith("PATCH", StringComparison.Ordinal) && name.EndsWith("{key_id}", StringComparison.Ordinal))
            answer.ShouldBe(200);
        else
            Assert.Equal(400, answer.Status);
        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_of_another_media_type_is_refused(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=utf-16", "json", ";" })
            (await shop.Owner.SendAsync(route.Method, route.In(shop), route.Body, ("Content-Type", type))).ShouldBe(415, "unsupported_media_type");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("application/json")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/merge-patch+json")]
    public async Task JSON_is_taken_under_all_its_names_and_under_none(string type)
    {
        var shop = await Shop.OpenAsync(Nebula);

        (await shop.Owner.PostAsync(Shop.Customers, new { name = "Ada" }, ("Content-Type", type))).ShouldBe(201);
        (await shop.Owner.PostAsync("/api/v1/databases", new { db_name = "blog" }, ("Content-Type", type))).ShouldBe(201);
    }

    [Theory]
    [MemberData(nameof(WithBody))]
    public async Task A_body_that_is_not_UTF_8_is_refused(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());
        byte[] body = [.. "{\"name\": \""u8, 0xC3, 0x28, .. "\"}"u8];

        (await shop.Owner.SendAsync(route.Method, route.In(shop), body)).ShouldBe(400, "invalid_json");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task Text_in_every_script_comes_back_as_it_was_sent()
    {
        var shop = await Shop.OpenAsync(Nebula);
        const string Text = "Ὀδυσσεύς, 源氏物語, 😀\u200D, \u202E, \u0001\u001F\u007F, <script>, \"\\/ \b\f\n\r\t";

        var id = await shop.Owner.AddAsync(Shop.Customers, new { name = Text });

        Assert.Equal(Text, (await shop.Owner.GetAsync($"{Shop.Customers}/{id}")).Text("name"));
    }

    [Fact]
    public async Task A_body_in_chunks_is_read_whole()
    {
        var shop = await Shop.OpenAsync(Nebula);
        using var connection = await Nebula.ConnectAsync();
        await connection.SendAsync(RawConnection.Head("POST", Shop.Customers, shop.Owner, "Transfer-Encoding: chunked", "Connection: close"));
        foreach (var part in new[] { "{\"na", "me\": \"Gr", "ace\"}" })
        {
            await connection.SendAsync($"{part.Length:x}\r\n{part}\r\n");
            await Task.Delay(20, Ct);
        }

        await connection.SendAsync("0\r\n\r\n");

        var answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 201", answer, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"Grace\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_record_within_the_limit_is_stored()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var text = new string('x', 2_000_000) + "é";

        var id = await shop.Owner.AddAsync(Shop.Customers, Encoding.UTF8.GetBytes($"{{\"name\":\"{text}\"}}"));

        Assert.Equal(text, (await shop.Owner.GetAsync($"{Shop.Customers}/{id}")).Text("name"));
    }
}
