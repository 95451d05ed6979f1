using System.Net;
using System.Text.Json;

namespace Nebula.Server.Tests.Faults;

/// <summary>An answer of the server, with all that the fault tests look at.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public JsonElement Json => JsonElement.Parse(Body);

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public long RecordId => Json.GetProperty("record_id").GetInt64();

    /// <summary>Fails the test, with the whole answer, unless the status is the expected one.</summary>
    public Answer ShouldBe(HttpStatusCode expected, string? code = null)
    {
        Assert.True(Status == expected && (code is null || Code == code), $"Expected {(int)expected} {code}, got {(int)Status}: {Body}");
        return this;
    }
}
