using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.RateLimiting;
using Nebula.Core;

namespace Nebula.Api.Pipeline;

/// <summary>Authentication, then the rate limit of the caller, else of the address, then the endpoint: each only after the one before let the request pass.</summary>
internal sealed class CallerGate(RequestDelegate next, Authenticator authenticator, RateLimits limits)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is not null && ProbeMark.IsProbe(http))
        {
            await next(http);
            return;
        }

        // What no route answers (routing's own 404 and 405) is nobody's business but still counts against its address.
        var access = endpoint is not RouteEndpoint ? Access.Anyone : (endpoint.Metadata.GetMetadata<AccessMark>() ?? AccessMark.Default).Access;
        if (await AuthenticateAsync(http, access) is { } refused)
        {
            await Problems.WriteAsync(http, refused);
            return;
        }

        var caller = http.Features.Get<RequestState>()?.Caller;
        if (await limits.CountAsync(http, caller) is { } exceeded)
            await Problems.WriteAsync(http, exceeded);
        else if (caller is not null && access != Access.Account && await limits.CountForAccountAsync(caller, http.RequestAborted) is { } spent)
            await Problems.WriteAsync(http, spent);
        else if (access == Access.Account && caller is not AccountCaller)
            await Problems.WriteAsync(http, AccountRequired);
        else
            await next(http);
    }

    private async ValueTask<Error?> AuthenticateAsync(HttpContext http, Access access)
    {
        if (access == Access.Anyone)
            return null;
        // Not cancelled by the client: the answer is from memory, or one look-up that others profit from. Nobody may make look-ups without end.
        var mayLookUp = !limits.HasFailedTooOften(http);
        if (!(await authenticator.AuthenticateAsync(http.Request, mayLookUp, CancellationToken.None)).TryGet(out var caller, out var error))
            return await limits.CountFailureAsync(http) ?? error;
        http.Features.GetRequiredFeature<RequestState>().Caller = caller;
        return null;
    }

    private static Error AccountRequired { get; } = new(ErrorCodes.AccountRequired, "Only an account may do this, not an API key.");
}
