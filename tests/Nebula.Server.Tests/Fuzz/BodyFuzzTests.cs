using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>Bytes into every route that reads JSON.</summary>
public sealed class BodyFuzzTests : FuzzTests
{
    // What a body is made of when it is not noise.
    private static readonly string[] _seeds =
    [
        """{"email":"ada@example.com","username":"ada_lovelace","password":"correct horse battery"}""",
        """{"current_password":"correct horse battery","new_password":"another pass phrase"}""",
        """{"db_name":"shop"}""",
        """{"name":"key","scopes":["records:read"],"tables":["customers"],"expires_at":"2999-01-01T00:00:00Z"}""",
        """{"table_name":"t","columns":[{"name":"a","type":"TEXT","nullable":true,"unique":false},{"name":"id","type":"INTEGER","primary_key":true}]}""",
        """{"table_name":"t","columns":[{"name":"a","type":"DECIMAL(9,2)","default":"1.50","check":{"min":0,"max":9,"one_of":["1","2"]}},{"name":"c","type":"INTEGER","references":{"table":"customers","column":"id","on_delete":"cascade","as":"x","inverse":"y"}}],"indexes":[{"columns":["a"],"where":"a > 1","unique":true}],"unique":[["a","c"]]}""",
        """{"rename_to":"t2","add_columns":[{"name":"b","type":"JSON"}],"rename_columns":{"name":"title"},"alter_columns":[{"name":"age","nullable":false}],"drop_columns":["photo"],"add_indexes":[{"columns":["age"]}],"drop_indexes":["i"]}""",
        """{"add_columns":[{"name":"b","type":"JSON"},{"name":"c","type":"DECIMAL(6,2)","nullable":false,"default":"1.5","unique":true}]}""",
        """{"alter_columns":[{"name":"age","type":"TEXT","nullable":false,"check":{"max_length":9}}],"rename_to":"t2"}""",
        """{"drop_columns":["photo"],"add_indexes":[{"columns":["name","age"],"unique":true,"where":"age > 1"},{"columns":["name"],"type":"fulltext"}]}""",
        """{"id":1,"name":"Ada","age":36,"photo":"AAEC","active":true,"score":0.5,"created_at":"2026-11-23T10:00:00.000Z"}""",
        """{"operations":[{"op":"create","table":"customers","data":{"name":"$$a","age":1}},{"op":"update","table":"customers","id":"$0.record_id","data":{"name":"$0.name"},"if_match":"*"}]}""",
        """{"operations":[{"op":"upsert","table":"customers","data":{"name":"a"},"on_conflict":"name","resolution":"ignore"},{"op":"delete","table":"customers","filter":"age > 1","max_affected":5}]}""",
        """[{"name":"Ada"},{"age":36,"photo":"AAEC"}]""",
        """{"name":"\ud83d\ude00\u0041\n","age":-9223372036854775808,"score":1.7976931348623157e308}""",
    ];

    private static readonly string[] _tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "null", "true", "false", "-", "1e999", "9223372036854775808",
        "0.1e-5", "NaN", "\"name\"", "\"age\":", "\"columns\":", "\0", "\n", "\uFEFF", "é", "😀",
    ];

    // Routes that end the session or take the shop away would leave the others nothing to do.
    private static readonly IReadOnlyList<ApiRoute> _routes = [.. ApiRoute.All.Where(r => r.TakesJson
        && r.Template is not ("/api/v1/account" or "/api/v1/account/password") && r.Method + r.Template is not ("PATCH/api/v1/databases/{db}" or "PATCH/api/v1/databases/{db}/tables/{table}"))];

    [Fact]
    public Task Bodies() => FuzzRun.RunAsync(OpenShopAsync, async (run, shop) =>
    {
        var route = _routes[run.Random.Next(_routes.Count)];
        var body = Body(run);
        await run.SendAsync(() => $"{route} {Convert.ToBase64String(body)}", () => shop.Owner.SendAsync(route.Method, route.In(shop), body));
    });

    [Fact]
    public Task Bodies_that_change_a_table() => FuzzRun.RunAsync(OpenShopAsync, async (run, shop) =>
    {
        var body = Body(run, _seeds[run.Random.Next(6, 10)]);
        (await shop.Owner.PostAsync("/api/v1/databases/shop/tables", """{"table_name":"t","columns":[{"name":"name","type":"TEXT"},{"name":"age","type":"INTEGER"},{"name":"photo","type":"BLOB"}]}""")).ShouldBe(201);
        await run.SendAsync(() => Convert.ToBase64String(body), () => shop.Owner.PatchAsync("/api/v1/databases/shop/tables/t", body));
        foreach (var table in (await shop.Owner.GetAsync("/api/v1/databases/shop/tables")).Json.List("tables").Select(t => t.Text("name")).Except(["customers", "suppliers"]))
            (await shop.Owner.DeleteAsync($"/api/v1/databases/shop/tables/{table}")).ShouldBe(204);
    });

    private static byte[] Body(FuzzRun run)
    {
        if (run.Random.Next(10) == 0)
            return run.Bytes(run.Random.Next(0, 300));
        if (run.Random.Next(4) == 0)
            return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, run.Random.Next(1, 20)).Select(_ => run.Pick(_tokens))));
        return Body(run, run.Pick(_seeds));
    }

    private static byte[] Body(FuzzRun run, string seed)
    {
        var random = run.Random;
        var body = Encoding.UTF8.GetBytes(seed).ToList();
        for (var i = random.Next(0, 5); i > 0 && body.Count > 0; i--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 12), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, Encoding.UTF8.GetBytes(run.Pick(_tokens)));
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, Math.Min(random.Next(1, 30), body.Count - at)));
                    break;
                case 4:
                    body.InsertRange(at, run.Bytes(random.Next(1, 8)));
                    break;
                default:
                    body.RemoveRange(at, body.Count - at);
                    break;
            }
        }

        return [.. body];
    }
}
