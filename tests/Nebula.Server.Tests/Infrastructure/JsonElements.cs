using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Reads JSON as tests need it: a member that is missing or of another type fails the test.</summary>
internal static class JsonElements
{
    public static string Text(this JsonElement json, string property) =>
        json.GetProperty(property).GetString() ?? throw new InvalidOperationException($"{property} is null.");

    public static long Number(this JsonElement json, string property) => json.GetProperty(property).GetInt64();

    public static bool Flag(this JsonElement json, string property) => json.GetProperty(property).GetBoolean();

    public static IEnumerable<JsonElement> List(this JsonElement json, string property) => json.GetProperty(property).EnumerateArray();

    /// <summary>The names of an object's members in their order.</summary>
    public static IEnumerable<string> Names(this JsonElement json) => json.EnumerateObject().Select(p => p.Name);

    /// <summary>Whether it is a time as Nebula writes all of them: RFC 3339, UTC, milliseconds.</summary>
    public static void ShouldBeTime(this JsonElement json) => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json.GetString());
}
