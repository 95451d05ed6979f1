using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Api.RateLimiting;
using Nebula.Core;

namespace Nebula.Api.Health;

/// <summary>Whether the server lives, and whether it can serve.</summary>
internal sealed class HealthEndpoints(IServerStatus status, RateLimits limits)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder app)
    {
        var probes = app.MapGroup("").Allow(Access.Anyone).WithMetadata(ProbeMark.Instance);
        probes.MapGet("/ping", PingAsync);
        probes.MapGet("/health", LiveAsync);
        probes.MapGet("/ready", ReadyAsync);
        app.MapGet("/api/v1/health", WhoAsync).Allow(Access.AccountOrKey);
    }

    private static Task PingAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain";
        http.Response.ContentLength = 4;
        return http.Response.BodyWriter.WriteAsync("pong"u8.ToArray(), http.RequestAborted).AsTask();
    }

    private static Task LiveAsync(HttpContext http) => Answer.JsonAsync(http, StatusCodes.Status200OK, new HealthAnswer("ok"), ApiJson.Plain.HealthAnswer);

    private async Task ReadyAsync(HttpContext http)
    {
        var metadata = await IsMetadataReadyAsync(http.RequestAborted);
        var quarantined = status.QuarantinedDatabases;
        var (shared, shipped, backups) = (limits.AreShared, status.AreHistoriesShipped, status.Backups);
        var answer = new ReadyAnswer(
            !metadata ? "unavailable" : quarantined > 0 || shared is false || shipped is false || backups is { AreMade: false } ? "degraded" : "ok",
            status.Engine.Name,
            new ReadyChecks(metadata ? "ok" : "failed", new DatabaseCounts(status.OpenDatabases, quarantined), Word(shared), Word(shipped), backups is null ? null : BackupCheck.Of(backups)));
        await Answer.JsonAsync(http, metadata ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, answer, ApiJson.Plain.ReadyAnswer);
    }

    private static string? Word(bool? isWell) => isWell switch { null => null, true => "ok", false => "unavailable" };

    private static Task WhoAsync(HttpContext http) => http.Caller() is AccountCaller account
        ? Answer.JsonAsync(http, StatusCodes.Status200OK, new AccountHealthAnswer(account.Id.Value, null), ApiJson.Plain.AccountHealthAnswer)
        : Answer.JsonAsync(http, StatusCodes.Status200OK, new KeyHealthAnswer("api_key", "ok"), ApiJson.Plain.KeyHealthAnswer);

    private async ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct)
    {
        try
        {
            // On another thread: what hangs in the disk must not hang the probe.
            return await Task.Run(() => status.IsMetadataReadyAsync(ct).AsTask(), ct).WaitAsync(_patience, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return false; // whatever failed: without the metadata nothing can be served
        }
    }
}
