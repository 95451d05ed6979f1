using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Nebula.Api.Http;

namespace Nebula.Api.Pipeline;

/// <summary>The outermost step: gives the request its id and state, and reports it when it is over. Neither paths nor queries are logged: they can hold content.</summary>
internal sealed partial class RequestLog(RequestDelegate next, HeldMemory memory, ILogger<RequestLog> logger)
{
    private const string Header = "X-Request-Id";
    private const int MaxLength = 128;

    public async Task InvokeAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        if (http.Request.Headers.TryGetValue(Header, out var given) && given is [{ } id] && IsWellFormed(id))
            http.TraceIdentifier = id;
        http.Response.Headers[Header] = http.TraceIdentifier;
        var state = new RequestState(memory);
        http.Features.Set(state);

        try
        {
            await next(http);
        }
        finally
        {
            Report(http, state, started);
        }
    }

    private void Report(HttpContext http, RequestState state, long started)
    {
        var level = ProbeMark.IsProbe(http) ? LogLevel.Debug : LogLevel.Information;
        if (logger.IsEnabled(level))
        {
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
            var kind = state.Caller?.Kind ?? "anonymous";
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Finished(level, http.Request.Method, route, http.Response.StatusCode, milliseconds, kind, http.TraceIdentifier);
        }
    }

    private static bool IsWellFormed(string id) =>
        id.Length is > 0 and <= MaxLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');

#pragma warning disable SYSLIB1015 // The fields say it all: in the message too, each line would say it twice.
    [LoggerMessage(EventId = 2001, Message = "Request")]
    private partial void Finished(LogLevel level, string method, string route, int status, double durationMs, string caller, string requestId);
#pragma warning restore SYSLIB1015
}
