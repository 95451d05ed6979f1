using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.ApiKeys;

namespace Nebula.Api.ApiKeys;

/// <summary>An API key without its secret.</summary>
internal record ApiKeyView(
    [property: JsonPropertyName("key_id")] string KeyId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("prefix")] string Prefix,
    [property: JsonPropertyName("scopes")] IReadOnlyList<string> Scopes,
    [property: JsonPropertyName("tables")] IReadOnlyList<string>? Tables,
    [property: JsonPropertyName("created_at")] string CreatedAt,
    [property: JsonPropertyName("expires_at")] string? ExpiresAt,
    [property: JsonPropertyName("last_used_at")] string? LastUsedAt)
{
    public static ApiKeyView Of(ApiKey key, IReadOnlyList<string>? tables) => new(
        key.Id.Value, key.Name, key.Prefix, [.. ScopeNames.Of(key.Scopes)], tables, Timestamps.ToText(key.CreatedAt), Text(key.ExpiresAt), Text(key.LastUsedAt));

    protected static string? Text(DateTimeOffset? time) => time is { } t ? Timestamps.ToText(t) : null;
}

/// <summary>A new API key, with the secret that is shown this once.</summary>
internal sealed record ApiKeyCreatedAnswer([property: JsonIgnore] ApiKeyView Key, [property: JsonPropertyName("api_key")] string ApiKey, [property: JsonPropertyName("message")] string Message)
    : ApiKeyView(Key);

internal sealed record ApiKeyListAnswer([property: JsonPropertyName("api_keys")] IReadOnlyList<ApiKeyView> ApiKeys);

/// <summary>The one key that v0.2 clients know of, masked.</summary>
internal sealed record DefaultKeyAnswer(
    [property: JsonPropertyName("exists")] bool Exists,
    [property: JsonPropertyName("prefix")] string Prefix,
    [property: JsonPropertyName("key")] string Key)
{
    public static DefaultKeyAnswer Of(ApiKey? key) => key is null ? new(false, "", "") : new(true, key.Prefix, ApiKeyText.Mask(key));
}

/// <summary>That key when it is new, with the secret that is shown this once.</summary>
internal sealed record DefaultKeyCreatedAnswer([property: JsonPropertyName("api_key")] string ApiKey, [property: JsonPropertyName("message")] string Message);
