using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Injections come through names and paths, not only values": every place where a text enters, with every text that broke somebody.</summary>
public sealed class InjectionTests(SharedServer shared) : ServerTests(shared)
{
    private static readonly IReadOnlyList<string> _hostile = HostileText.All;

    [Fact]
    public async Task No_text_in_the_path_reaches_another_thing_than_the_one_it_names()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        // The web server itself refuses %00, and takes dots out of a path before anything looks at it.
        foreach (var text in _hostile.Where(t => !t.Contains('\0') && t is not ("." or "..")))
        {
            var name = Uri.EscapeDataString(text);
            foreach (var (method, path) in new[]
            {
                ("GET", $"/api/v1/databases/{name}"), ("DELETE", $"/api/v1/databases/{name}"), ("GET", $"/api/v1/databases/{name}/tables"),
                ("GET", $"/api/v1/databases/shop/tables/{name}/schema"),
                ("DELETE", $"/api/v1/databases/shop/tables/{name}"), ("GET", $"/api/v1/databases/shop/tables/{name}/records"),
                ("GET", $"{Shop.Customers}/{name}"), ("DELETE", $"{Shop.Customers}/{name}"),
                ("GET", $"/api/v1/user/{name}"), ("DELETE", $"/api/v1/account/databases/shop/apikeys/{name}"),
                ("GET", $"/api/v1/account/databases/{name}/apikey"),
            })
            {
                var answer = await shop.Owner.SendAsync(method, path, null);
                Assert.True(answer.Status is 400 or 404 or 405, $"{method} {path}: {answer.Status} {answer.Body}");
            }
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task No_text_in_the_query_is_more_than_a_name_or_a_value()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        foreach (var text in _hostile)
        {
            var name = Uri.EscapeDataString(text);
            foreach (var query in new[] { $"sort={name}", $"fields={name}", $"fields=name,{name}", $"order={name}", $"limit={name}",
                $"offset={name}", $"count={name}", $"{name}=1", $"{name}", $"age={name}" })
            {
                var answer = await shop.Owner.GetAsync($"{Shop.Customers}?{query}");
                Assert.True(answer.Status == 400, $"{query}: {answer.Status} {answer.Body}");
            }

            // As a value it is what it is: no record has it.
            var found = await shop.Owner.GetAsync($"{Shop.Customers}?name={name}");
            if (text.Contains('\0'))
                found.ShouldBe(400, "invalid_parameter");
            else
                Assert.Equal(0, found.ShouldBe(200)["pagination"].Number("total"));
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task Every_text_is_stored_and_found_again_as_a_value()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var text in _hostile.Where(t => !t.Contains('\0')))
        {
            var id = await shop.Owner.AddAsync(Shop.Customers, new { name = text });
            var found = (await shop.Owner.GetAsync($"{Shop.Customers}?name={Uri.EscapeDataString(text)}")).ShouldBe(200);

            Assert.Equal(text, (await shop.Owner.GetAsync($"{Shop.Customers}/{id}")).Text("name"));
            Assert.Contains(id, found.Json.List("records").Select(r => r.Number("id")));
            Assert.All(found.Json.List("records"), r => Assert.Equal(text, r.Text("name")));
        }

        Assert.Equal(2, (await shop.Owner.GetAsync("/api/v1/databases/shop/tables"))["tables"].GetArrayLength());
    }

    [Fact]
    public async Task No_text_as_a_name_in_a_body_makes_or_changes_anything()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        foreach (var text in HostileText.NoNames)
        {
            (await shop.Owner.PostAsync("/api/v1/databases", new { db_name = text })).ShouldBe(400, "invalid_name");
            (await shop.Owner.PatchAsync("/api/v1/databases/shop", new { db_name = text })).ShouldBe(400, "invalid_name");
            (await shop.Owner.PostAsync("/api/v1/databases/shop/tables",
                new { table_name = text, columns = new[] { new { name = "a", type = "TEXT" } } })).ShouldBe(400, "invalid_name");
            (await shop.Owner.PostAsync("/api/v1/databases/shop/tables",
                new { table_name = "t", columns = new[] { new { name = text, type = "TEXT" } } })).ShouldBe(400, "invalid_schema");
            (await shop.Owner.PostAsync("/api/v1/databases/shop/tables",
                new { table_name = "t", columns = new[] { new { name = "a", type = text } } })).ShouldBe(400, "invalid_schema");
            (await shop.Owner.PostAsync(Shop.Customers, new Dictionary<string, string> { [text] = "x" })).ShouldBe(400, "invalid_record");
            (await shop.Owner.PutAsync($"{Shop.Customers}/1", new Dictionary<string, string> { [text] = "x", ["name"] = "x" })).ShouldBe(400, "invalid_record");
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task No_text_in_a_write_of_many_records_is_more_than_a_name_or_a_value()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        foreach (var text in _hostile)
        {
            var name = Uri.EscapeDataString(text);
            foreach (var query in new[] { $"on_conflict={name}", $"on_conflict=id,{name}", $"on_conflict=name&resolution={name}" })
                (await shop.Owner.PostAsync($"{Shop.Customers}?{query}", new { name = "x" })).ShouldBe(400, "invalid_parameter");
            foreach (var query in new[] { $"age=1&max_affected={name}", $"{name}=1&max_affected=1", $"filter={name}&max_affected=1", $"filter={Uri.EscapeDataString($"name = {text}")}&max_affected=1" })
            {
                var answer = await shop.Owner.DeleteAsync($"{Shop.Customers}?{query}");
                Assert.True(answer.Status == 400 || answer is { Status: 200, Body: "{\"affected\":0}" }, $"{query}: {answer.Status} {answer.Body}");
            }

            foreach (var operation in new object[]
            {
                new { op = text, table = "customers", id = 1 },
                new { op = "delete", table = text, id = 1 },
                new { op = "delete", table = "customers", id = text },
                new { op = "update", table = "customers", id = 1, data = new Dictionary<string, string> { [text] = "x" } },
                new { op = "upsert", table = "customers", data = new { name = "x" }, on_conflict = text },
                new { op = "delete", table = "customers", filter = text, max_affected = text },
                new { op = "update", table = "customers", id = 1, data = new { name = $"$0.{text}" } },
                new { op = "delete", table = "customers", id = 1, if_match = $"\"{text}\"" },
            })
            {
                var answer = await shop.Owner.PostAsync("/api/v1/databases/shop/batch", new { operations = new[] { operation } });
                Assert.True(answer.Status is 400 or 404 or 412, $"{text}: {answer.Status} {answer.Body}");
            }
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task Words_of_SQL_and_of_SQLite_are_no_columns()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var word in new[] { "rowid", "_rowid_", "oid", "sqlite_schema", "NULL", "1", "customers", "typeof(name)" })
        {
            (await shop.Owner.GetAsync($"{Shop.Customers}?sort={word}")).ShouldBe(400, "invalid_parameter", ("sort", "unknown_column"));
            (await shop.Owner.GetAsync($"{Shop.Customers}?fields={word}")).ShouldBe(400, "invalid_parameter", ("fields", "unknown_column"));
            (await shop.Owner.GetAsync($"{Shop.Customers}?{word}=1")).ShouldBe(400, "invalid_parameter", (word, "unknown_parameter"));
            (await shop.Owner.PostAsync(Shop.Customers, new Dictionary<string, string> { [word] = "x" }))
                .ShouldBe(400, "invalid_record", (word, "unknown_column"));
        }
    }

    [Fact]
    public async Task Names_of_people_and_of_keys_may_be_anything_and_do_nothing()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var text in _hostile.Where(t => t.Length is >= 6 and <= 100 && !t.Any(char.IsControl)))
        {
            Assert.Equal(text, (await shop.Owner.PutAsync("/api/v1/account/user/me", new { username = text })).ShouldBe(200)["user"].Text("username"));
            Assert.Equal(text, (await shop.Owner.PostAsync("/api/v1/account/databases/shop/apikeys", new { name = text })).ShouldBe(201).Text("name"));
            Assert.Contains((await Nebula.Visitor.PostAsync("/auth/login", new { email = text, password = text })).Status, new[] { 400, 401 });
        }
    }

    [Fact]
    public async Task A_text_that_comes_back_in_an_error_is_JSON_there()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var text in _hostile)
        {
            var answer = await shop.Owner.GetAsync($"{Shop.Customers}?{Uri.EscapeDataString(text)}=1");

            Assert.Equal(JsonValueKind.Object, answer.ShouldBe(400).Json.ValueKind);
            Assert.Equal("application/json", answer.MediaType);
        }
    }
}
