using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.About;

/// <summary>The part of JSON Schema that the OpenAPI document uses, checked against answers.</summary>
internal sealed class OpenApiSchemas(JsonElement document)
{
    /// <summary>Whether the answer is one that the document lists for the route, in its form.</summary>
    public void Check(ApiRoute route, Answer answer)
    {
        var operation = document.GetProperty("paths").GetProperty(route.Template).GetProperty(route.Method.ToLowerInvariant());
        Assert.True(operation.GetProperty("responses").TryGetProperty(answer.Status.ToString(CultureInfo.InvariantCulture), out var response),
            $"{route} does not list {answer.Status}.");
        response = Resolve(response);
        if (!response.TryGetProperty("content", out var content))
        {
            Assert.Empty(answer.Bytes);
            return;
        }

        Assert.True(content.TryGetProperty(answer.MediaType ?? "", out var media), $"{route} does not list {answer.MediaType} for {answer.Status}.");
        var faults = Faults(answer.Json, media.GetProperty("schema"), "$").ToList();
        Assert.True(faults.Count == 0, $"{route} {answer.Status}: {string.Join("; ", faults)} in {answer.Body}");
    }

    private IEnumerable<string> Faults(JsonElement value, JsonElement schema, string at)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var fault in all.EnumerateArray().SelectMany(s => Faults(value, s, at)))
                yield return fault;
        }

        if (schema.TryGetProperty("oneOf", out var one) && one.EnumerateArray().Count(s => !Faults(value, s, at).Any()) != 1)
            yield return $"{at} fits not exactly one of its forms";
        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(t => IsOf(value, t)))
            yield return $"{at} is not {type}";
        if (schema.TryGetProperty("const", out var constant) && constant.GetRawText() != value.GetRawText())
            yield return $"{at} is not {constant}";
        if (schema.TryGetProperty("enum", out var choices) && choices.EnumerateArray().All(c => c.GetRawText() != value.GetRawText()))
            yield return $"{at} is none of {choices}";
        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("pattern", out var pattern)
            && !Regex.IsMatch(value.GetString() ?? "", pattern.GetString() ?? ""))
            yield return $"{at} does not match {pattern}";
        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("format", out var format)
            && !IsFormat(value.GetString() ?? "", format.GetString()))
            yield return $"{at} is no {format}";
        if (value.ValueKind == JsonValueKind.Number && schema.TryGetProperty("minimum", out var minimum) && value.GetDouble() < minimum.GetDouble())
            yield return $"{at} is below {minimum}";

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var fault in value.EnumerateArray().SelectMany((item, i) => Faults(item, items, $"{at}[{i}]")))
                yield return fault;
        }

        if (value.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(r => r.GetString() ?? "") : [])
        {
            if (!value.TryGetProperty(name, out _))
                yield return $"{at}.{name} is missing";
        }

        foreach (var member in value.EnumerateObject())
        {
            if ((schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var inner))
                || schema.TryGetProperty("additionalProperties", out inner))
            {
                foreach (var fault in Faults(member.Value, inner, $"{at}.{member.Name}"))
                    yield return fault;
            }
            else if (schema.TryGetProperty("properties", out _) && !schema.TryGetProperty("allOf", out _) && !IsPartOfMore(at, schema))
            {
                yield return $"{at}.{member.Name} is not described";
            }
        }
    }

    // One half of an allOf knows nothing of the other half's members.
    private bool IsPartOfMore(string at, JsonElement schema) =>
        at == "$" && document.GetProperty("components").GetProperty("schemas").EnumerateObject().Any(s =>
            s.Value.TryGetProperty("allOf", out var all) && all.EnumerateArray().Any(part => Resolve(part).GetRawText() == schema.GetRawText()));

    private JsonElement Resolve(JsonElement element)
    {
        while (element.TryGetProperty("$ref", out var reference))
        {
            var at = document;
            foreach (var part in (reference.GetString() ?? "").TrimStart('#', '/').Split('/'))
                at = at.GetProperty(part);
            element = at;
        }

        return element;
    }

    private static IEnumerable<string?> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()) : [type.GetString()];

    private static bool IsOf(JsonElement value, string? type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };

    private static bool IsFormat(string text, string? format) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"),
        _ => true,
    };
}
