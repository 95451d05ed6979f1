using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nebula.Api.Authentication;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.About;

/// <summary>The document, the routes and these tests tell the same.</summary>
public sealed class RouteTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task The_OpenAPI_document_has_every_route_and_no_other()
    {
        var document = (await Nebula.Visitor.GetAsync("/openapi.json")).Json;

        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(o => o.Name != "parameters").Select(o => $"{o.Name.ToUpperInvariant()} {path.Name}"));

        Assert.Equal(Registered().Select(r => r.Name).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_tests_know_every_route_and_no_other() =>
        Assert.Equal(Registered().Select(r => r.Name).Order(StringComparer.Ordinal), ApiRoute.All.Select(r => r.ToString()).Order(StringComparer.Ordinal));

    [Fact]
    public void Whom_a_route_is_for_is_what_the_tests_say()
    {
        foreach (var (name, access) in Registered())
        {
            Assert.Equal(
                access switch { Access.Anyone => ApiRoute.For.Anyone, Access.Account => ApiRoute.For.Account, _ => ApiRoute.For.Both },
                ApiRoute.Of(name).Who);
        }
    }

    [Fact]
    public async Task The_document_says_for_whom_each_route_is_and_which_scope_a_key_needs()
    {
        var document = (await Nebula.Visitor.GetAsync("/openapi.json")).Json;

        foreach (var route in ApiRoute.All)
        {
            var operation = document.GetProperty("paths").GetProperty(route.Template).GetProperty(route.Method.ToLowerInvariant());
            var schemes = operation.TryGetProperty("security", out var security)
                ? security.EnumerateArray().SelectMany(s => s.EnumerateObject()).ToDictionary(s => s.Name, s => s.Value)
                : [];

            Assert.Equal(
                route.Who switch { ApiRoute.For.Anyone => [], ApiRoute.For.Account => ["bearerAuth"], _ => new[] { "apiKeyAuth", "bearerAuth" } },
                schemes.Keys.Order());
            if (schemes.TryGetValue("apiKeyAuth", out var scopes))
                Assert.Equal(route.Scopes, scopes.EnumerateArray().Select(s => s.GetString() ?? ""));
            Assert.Equal(route.Body is not null, operation.TryGetProperty("requestBody", out _));
        }
    }

    [Fact]
    public async Task Every_reference_of_the_document_leads_somewhere()
    {
        var document = (await Nebula.Visitor.GetAsync("/openapi.json")).Json;

        foreach (var reference in References(document))
        {
            var at = document;
            foreach (var part in reference.TrimStart('#', '/').Split('/'))
                Assert.True(at.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal), out at), reference);
        }
    }

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => p.NameEquals("$ref") ? [p.Value.GetString() ?? ""] : References(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private IEnumerable<(string Name, Access Access)> Registered() =>
        from endpoint in Nebula.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select ($"{method} /{endpoint.RoutePattern.RawText?.Trim('/')}", (endpoint.Metadata.GetMetadata<AccessMark>() ?? AccessMark.Default).Access);
}
