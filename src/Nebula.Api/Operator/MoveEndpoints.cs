using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Core.Databases.Moving;

namespace Nebula.Api.Operator;

/// <summary>Moves a database to another placement.</summary>
internal sealed class MoveEndpoints(MoveService moves, OperatorWork work)
{
    public void Map(IEndpointRouteBuilder app) => app.MapPost("/moves", MoveAsync);

    private async Task MoveAsync(HttpContext http)
    {
        var request = await JsonSerializer.DeserializeAsync(http.Request.Body, OperatorJson.Default.MoveRequest, http.RequestAborted) ?? new MoveRequest(null, null);
        await work.RunAsync<MoveProgress, MoveView>(
            http,
            async (progress, ct) => MoveView.Of(await moves.MoveAsync(request.Database ?? "", request.To ?? "", progress, ct)),
            step => OperatorEvent.Of(step.Stage, step.Done, step.Total),
            OperatorJson.Default.MoveView,
            "The move was broken off; the database serves on where it is.");
    }
}
