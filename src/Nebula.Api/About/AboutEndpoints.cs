using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Health;
using Nebula.Api.Http;

namespace Nebula.Api.About;

/// <summary>What this server is and what it understands.</summary>
internal sealed class AboutEndpoints(IServerStatus status)
{
    private static readonly Lazy<byte[]> _document = new(ReadDocument);

    public static string Version { get; } =
        typeof(AboutEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/openapi.json", DocumentAsync).Allow(Access.Anyone);
        app.MapGet("/api/v1/version", VersionAsync).Allow(Access.Anyone);
    }

    private static Task DocumentAsync(HttpContext http) => Answer.SharedAsync(http, _document.Value);

    private Task VersionAsync(HttpContext http) => Answer.JsonAsync(
        http, StatusCodes.Status200OK, new VersionAnswer("nebula", Version, new EngineView(status.Engine.Name, status.Engine.Version)), ApiJson.Plain.VersionAnswer);

    private static byte[] ReadDocument()
    {
        using var stream = typeof(AboutEndpoints).Assembly.GetManifestResourceStream("openapi.json")!; // embedded by the project
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>Which server this is.</summary>
internal sealed record VersionAnswer(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("engine")] EngineView Engine);

internal sealed record EngineView([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("version")] string Version);
