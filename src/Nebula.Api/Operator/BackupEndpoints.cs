using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>Makes, lists, verifies and restores backups.</summary>
internal sealed class BackupEndpoints(BackupService backups, OperatorWork work)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/backups", CreateAsync);
        app.MapPost("/backups/list", ListAsync);
        app.MapPost("/backups/verify", VerifyAsync);
        app.MapPost("/backups/restore", RestoreAsync);
    }

    private Task CreateAsync(HttpContext http) => RunAsync(
        http, async (request, progress, ct) => BackupView.Of(await backups.CreateAsync(request.Place, request.Database, progress, ct)), OperatorJson.Default.BackupView);

    private Task ListAsync(HttpContext http) => RunAsync(
        http, async (request, _, ct) => BackupListView.Of(await backups.ListAsync(request.Place, ct)), OperatorJson.Default.BackupListView);

    private Task VerifyAsync(HttpContext http) => RunAsync(
        http, async (request, progress, ct) => BackupView.Of(await backups.VerifyAsync(request.Place, request.Backup ?? "", progress, ct)), OperatorJson.Default.BackupView);

    private Task RestoreAsync(HttpContext http) => RunAsync(
        http, async (request, progress, ct) => RestoreView.Of(await backups.RestoreAsync(request.ToRestore(), progress, ct)), OperatorJson.Default.RestoreView);

    private async Task RunAsync<T>(HttpContext http, Func<BackupRequest, IProgress<BackupProgress>, CancellationToken, ValueTask<Result<T>>> run, JsonTypeInfo<T> type)
    {
        var request = await JsonSerializer.DeserializeAsync(http.Request.Body, OperatorJson.Default.BackupRequest, http.RequestAborted) ?? new BackupRequest();
        await work.RunAsync<BackupProgress, T>(
            http, (progress, ct) => run(request, progress, ct), step => OperatorEvent.Of(step.Stage, step.Done, step.Total), type, "It was broken off, and nothing was changed.");
    }
}
