using System.Text.Json.Serialization;
using Nebula.Core.Quotas;

namespace Nebula.Api.Operator;

/// <summary>What a command asks for.</summary>
internal sealed record QuotaRequest(
    [property: JsonPropertyName("account")] string Account,
    [property: JsonPropertyName("changes")] IReadOnlyList<KeyValuePair<Quota, long?>> Changes);
