using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>Brings databases back to a moment.</summary>
internal sealed class HistoryEndpoints(HistoryService histories, OperatorWork work)
{
    public void Map(IEndpointRouteBuilder app) => app.MapPost("/histories/restore", RestoreAsync);

    private async Task RestoreAsync(HttpContext http)
    {
        var request = await JsonSerializer.DeserializeAsync(http.Request.Body, OperatorJson.Default.HistoryView, http.RequestAborted);
        await work.RunAsync<BackupProgress, RestoredHistoryView>(
            http,
            async (progress, ct) => RestoredHistoryView.Of(await histories.RestoreAsync(request?.ToRequest() ?? new("", null, null, null), progress, ct)),
            step => OperatorEvent.Of(step.Stage, step.Done, step.Total),
            OperatorJson.Default.RestoredHistoryView,
            "It was broken off, and nothing was changed.");
    }
}
