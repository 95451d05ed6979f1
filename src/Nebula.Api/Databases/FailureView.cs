using System.Text.Json.Serialization;
using Nebula.Core;

namespace Nebula.Api.Databases;

/// <summary>Why what nobody waited for failed.</summary>
internal sealed record FailureView([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("error")] string Error)
{
    public static FailureView? Of(Error? failure) => failure is null ? null : new(failure.Code, failure.Message);
}
