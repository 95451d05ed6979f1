using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.About;

/// <summary>Answers are as the OpenAPI document describes them.</summary>
public sealed class SchemaTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string> Routes => ApiRoute.Where(r => r.Template is not ("/ping" or "/openapi.json" or "/api/v1/databases/{db}/export" or "/api/v1/account/databases/{db}/backups/{backup_id}/file" or "/api/v1/databases/{db}/branches/{branch_id}"));

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_good_answer_has_the_status_and_the_form_of_the_document(string name)
    {
        var (schemas, shop, route) = (await OpenAsync(), await Shop.OpenAsync(Nebula), ApiRoute.Of(name));
        var body = name switch
        {
            "POST /auth/signup" => new { email = Some.Email(), username = Some.Username(), password = Some.Password },
            "POST /auth/login" => new { email = shop.Owner.Email, password = Some.Password },
            _ => route.Body,
        };
        if (route.NamesBackup)
            shop = await shop.BackUpAsync();
        if (name.EndsWith("/apikey", StringComparison.Ordinal) && route.Method == "POST")
            await shop.Owner.DeleteAsync(route.In(shop));

        var answer = await shop.Owner.SendAsync(route.Method, route.In(shop), body);

        Assert.InRange(answer.Status, 200, 299);
        schemas.Check(route, answer);
    }

    [Fact]
    public async Task The_answers_to_a_key_have_it_too()
    {
        var (schemas, shop) = (await OpenAsync(), await Shop.OpenAsync(Nebula));

        foreach (var route in ApiRoute.All.Where(r => r is { Who: ApiRoute.For.Both, Writes: false, Template: not "/api/v1/databases/{db}/export" }))
            schemas.Check(route, (await shop.Key.SendAsync(route.Method, route.In(shop), null)).ShouldBe(200));
    }

    [Fact]
    public async Task So_do_errors()
    {
        var (schemas, shop) = (await OpenAsync(), await Shop.OpenAsync(Nebula));
        var record = ApiRoute.Of("PUT /api/v1/databases/{db}/tables/{table}/records/{id}");
        var login = ApiRoute.Of("POST /auth/login");

        schemas.Check(record, (await shop.Owner.PutAsync($"{Shop.Customers}/1", new { none = 1 })).ShouldBe(400, "invalid_record"));
        schemas.Check(record, (await Nebula.Visitor.PutAsync($"{Shop.Customers}/1", new { name = "x" })).ShouldBe(401, "unauthenticated"));
        schemas.Check(record, (await shop.Owner.PutAsync($"{Shop.Customers}/9", new { name = "x" })).ShouldBe(404, "record_not_found"));
        schemas.Check(record, (await shop.Owner.PutAsync($"{Shop.Customers}/1", new { name = "x" }, ("If-Match", "\"x\"")))
            .ShouldBe(412, "precondition_failed"));
        schemas.Check(record, (await shop.Owner.PutAsync($"{Shop.Customers}/1", "{}", ("Content-Type", "text/plain"))).ShouldBe(415, "unsupported_media_type"));
        schemas.Check(login, (await Nebula.Visitor.PostAsync("/auth/login", new { email = "a@b.c", password = "x" })).ShouldBe(401, "invalid_credentials"));
        var problem = await shop.Owner.PutAsync($"{Shop.Customers}/9", new { name = "x" }, ("Accept", "application/problem+json"));
        schemas.Check(record, problem);
    }

    [Fact]
    public async Task The_limit_of_the_list_of_databases_is_described_as_it_is()
    {
        var document = (await Nebula.Visitor.GetAsync("/openapi.json")).Json;
        var parameters = document.GetProperty("paths").GetProperty("/api/v1/databases").GetProperty("get").GetProperty("parameters");
        var limit = parameters.EnumerateArray().Single(p => p.TryGetProperty("name", out var name) && name.GetString() == "limit");

        Assert.Equal((1, 1000, 1000), (limit.GetProperty("schema").Number("minimum"), limit.GetProperty("schema").Number("maximum"),
            limit.GetProperty("schema").Number("default")));
    }

    private async Task<OpenApiSchemas> OpenAsync() => new((await Nebula.Visitor.GetAsync("/openapi.json")).ShouldBe(200).Json);
}
