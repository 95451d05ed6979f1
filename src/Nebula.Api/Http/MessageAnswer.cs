using System.Text.Json.Serialization;

namespace Nebula.Api.Http;

/// <summary>An answer that says only that it was done.</summary>
internal sealed record MessageAnswer([property: JsonPropertyName("message")] string Message);
