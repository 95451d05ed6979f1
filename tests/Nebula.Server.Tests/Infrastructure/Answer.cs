using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>A whole answer of the server, and what a test expects of it.</summary>
internal sealed class Answer
{
    private readonly HttpResponseHeaders _headers;
    private readonly HttpContentHeaders _contentHeaders;
    private readonly Lazy<JsonElement> _json;

    private Answer(HttpResponseMessage response, byte[] bytes)
    {
        (_headers, _contentHeaders, Status, Bytes) = (response.Headers, response.Content.Headers, (int)response.StatusCode, bytes);
        _json = new(() => JsonSerializer.Deserialize<JsonElement>(bytes));
    }

    public int Status { get; }

    public byte[] Bytes { get; }

    public string Body => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => _json.Value;

    /// <summary>The first part of the Content-Type.</summary>
    public string? MediaType => _contentHeaders.ContentType?.MediaType;

    public IReadOnlyList<string> Allow => [.. _contentHeaders.Allow.Order(StringComparer.Ordinal)];

    public string Etag => Header("ETag") ?? throw new InvalidOperationException($"The answer has no ETag: {Describe()}");

    public JsonElement this[string property] => Json.GetProperty(property);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
        new(response, await response.Content.ReadAsByteArrayAsync(ct));

    /// <summary>The header's values with commas between them, or null when there is none.</summary>
    public string? Header(string name) =>
        _headers.TryGetValues(name, out var values) || _contentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public string Text(string property) => Json.Text(property);

    public long Number(string property) => Json.Number(property);

    /// <summary>Of an error: its offending fields with their codes.</summary>
    public IReadOnlyList<(string Field, string Code)> Details =>
        Json.TryGetProperty("details", out var details) ? [.. details.EnumerateArray().Select(d => (d.Text("field"), d.Text("code")))] : [];

    /// <summary>Expects success.</summary>
    public Answer ShouldBe(int status)
    {
        Assert.True(status == Status, $"Expected {status}, got {Describe()}");
        if (status is 204 or 304)
            Assert.Empty(Bytes);
        return this;
    }

    /// <summary>Expects an error in the one shape that all of them have.</summary>
    public Answer ShouldBe(int status, string code)
    {
        Assert.True(status == Status && Json.ValueKind == JsonValueKind.Object && Text("code") == code, $"Expected {status} {code}, got {Describe()}");
        Assert.Equal("application/json", MediaType);
        Assert.Equal(status, Number("status"));
        Assert.NotEmpty(Text("error"));
        Assert.Equal(Header("X-Request-Id"), Text("request_id"));
        foreach (var detail in Json.TryGetProperty("details", out var details) ? details.EnumerateArray() : default)
            Assert.Equal(["field", "code", "message"], detail.Names());
        if (status == 401)
            Assert.Contains("Bearer", Header("WWW-Authenticate"), StringComparison.Ordinal);
        if (status == 429)
            Assert.NotNull(Header("Retry-After"));
        return this;
    }

    /// <summary>Expects an error that names exactly these fields.</summary>
    public Answer ShouldBe(int status, string code, params (string Field, string Code)[] details)
    {
        ShouldBe(status, code);
        Assert.Equal(details.Order(), Details.Order());
        return this;
    }

    private string Describe() => $"{Status} {Body[..Math.Min(Body.Length, 1000)]}";
}
