using Microsoft.AspNetCore.Builder;

namespace Nebula.Api.Authentication;

/// <summary>Marks an endpoint with who may call it.</summary>
internal sealed record AccessMark(Access Access)
{
    /// <summary>What an endpoint without a mark has.</summary>
    public static AccessMark Default { get; } = new(Access.Account);
}

/// <summary>Marks endpoints and groups of them.</summary>
internal static class AccessMarks
{
    /// <summary>The innermost mark counts.</summary>
    public static TBuilder Allow<TBuilder>(this TBuilder endpoints, Access access)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new AccessMark(access));
}
