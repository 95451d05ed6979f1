using Microsoft.AspNetCore.Http;

namespace Nebula.Api.Pipeline;

/// <summary>Marks the endpoints that orchestrators ask every few seconds: neither limited nor logged at the usual level.</summary>
internal sealed record ProbeMark
{
    public static ProbeMark Instance { get; } = new();

    public static bool IsProbe(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ProbeMark>() is not null;
}
