using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;

namespace Nebula.Api.Databases.Branches;

/// <summary>Independent copies of databases, for previews and tests.</summary>
internal sealed class BranchEndpoints(BranchService branches)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/databases/{db}/branches", CreateAsync);
        v1.MapGet("/databases/{db}/branches/{branch_id}", GetAsync);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var started = await RequestBody.ReadObjectAsync<BranchStart>(http, async body =>
        {
            var fields = new JsonFields(body).Only("db_name");
            var text = fields.String("db_name");
            if (fields.Error is { } error || !http.Database().TryGet(out var source, out error) || !DatabaseName.Parse(text).TryGet(out var name, out error))
                return error;
            return await branches.StartAsync(http.Account(), source, name, http.RequestAborted);
        });
        if (!started.TryGet(out var start, out var error))
        {
            await Problems.WriteAsync(http, error);
        }
        else if (start.Made is { } made)
        {
            http.Response.Headers.Location = $"/api/v1/databases/{made.Name}";
            await Answer.JsonAsync(http, StatusCodes.Status201Created, DatabaseCreatedAnswer.Of(made), ApiJson.Plain.DatabaseCreatedAnswer);
        }
        else
        {
            var running = BranchView.Of(start.Running!); // one of the two is there
            http.Response.Headers.Location = $"/api/v1/databases/{http.Route("db")}/branches/{running.BranchId}";
            await Answer.JsonAsync(http, StatusCodes.Status202Accepted, running, ApiJson.Plain.BranchView);
        }
    }

    private async Task GetAsync(HttpContext http)
    {
        var got = http.Database().TryGet(out var source, out var error) ? await branches.GetAsync(http.Account(), source, http.Route("branch_id"), http.RequestAborted) : error;
        await got.AnswerAsync(http, StatusCodes.Status200OK, BranchView.Of, ApiJson.Plain.BranchView);
    }
}
