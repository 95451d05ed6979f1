using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.RateLimiting;

namespace Nebula.Api.Pipeline;

/// <summary>The way of every request, in order, each step with its reason.</summary>
public static class RequestPipeline
{
    public static void UseNebula(this WebApplication app)
    {
        var services = app.Services;
        var options = services.GetRequiredService<ApiOptions>();
        var loggers = services.GetRequiredService<ILoggerFactory>();

        // First of all: every later step, limits and logs included, is to see the client's address, not the proxy's.
        if (options.TrustedProxies.Count > 0)
            app.UseForwardedHeaders(Forwarding(options));

        // Around everything, so that also a request which fails is reported with its status.
        app.Use(next => new RequestLog(next, services.GetRequiredService<HeldMemory>(), loggers.CreateLogger<RequestLog>()).InvokeAsync);
        app.Use(next => new ErrorBoundary(next, loggers.CreateLogger<ErrorBoundary>()).InvokeAsync);
        app.Use(next => new SecurityHeaders(next).InvokeAsync);

        // Before authentication: a preflight carries no credential, and an error must be readable by the page that caused it.
        if (options.AllowedOrigins.Count > 0)
            app.UseCors();

        // Routing before authentication, which asks the endpoint whom it is for.
        app.UseRouting();
        app.Use(next => new CallerGate(next, services.GetRequiredService<Authenticator>(), services.GetRequiredService<RateLimits>()).InvokeAsync);
    }

    private static ForwardedHeadersOptions Forwarding(ApiOptions options)
    {
        // No limit of hops: the right-most address that is no proxy of ours is the client's.
        var forwarding = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarding.KnownProxies.Clear();
        forwarding.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies)
            forwarding.KnownIPNetworks.Add(network);
        return forwarding;
    }
}
