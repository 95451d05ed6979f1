using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;

namespace Nebula.Api.Databases;

/// <summary>Listing, creating, describing, renaming and deleting databases.</summary>
internal sealed class DatabaseEndpoints(DatabaseService databases, ApiKeyService keys)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/databases", ListAsync).Allow(Access.AccountOrKey);
        v1.MapPost("/databases", CreateAsync);
        v1.MapGet("/databases/{db}", GetAsync).Allow(Access.AccountOrKey);
        v1.MapPatch("/databases/{db}", RenameAsync);
        v1.MapDelete("/databases/{db}", DeleteAsync);
    }

    private async Task ListAsync(HttpContext http)
    {
        var listed = Paging.Read(http.Request).TryGet(out var page, out var error)
            ? await databases.ListAsync(http.Caller(), page.Limit, page.Offset, http.RequestAborted)
            : error;
        if (!listed.TryGet(out var found, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        var defaults = await keys.ListDefaultsAsync(found, http.RequestAborted);
        var answer = new DatabaseListAnswer([.. found.Select(d => DatabaseView.Of(d, defaults.GetValueOrDefault(d.Id)))]);
        await Answer.JsonAsync(http, StatusCodes.Status200OK, answer, ApiJson.Plain.DatabaseListAnswer);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var created = await RequestBody.ReadObjectAsync<Database>(http, async body =>
        {
            var fields = new JsonFields(body);
            var text = fields.String("db_name");
            if (fields.Error is { } error || !DatabaseName.Parse(text).TryGet(out var name, out error))
                return error;
            return await databases.CreateAsync(http.Account(), name, http.RequestAborted);
        });
        if (created.TryGet(out var database, out _))
            http.Response.Headers.Location = $"/api/v1/databases/{database.Name}";
        await created.AnswerAsync(http, StatusCodes.Status201Created, DatabaseCreatedAnswer.Of, ApiJson.Plain.DatabaseCreatedAnswer);
    }

    private async Task GetAsync(HttpContext http)
    {
        var got = http.Database().TryGet(out var name, out var error) ? await databases.GetAsync(http.Caller(), name, http.RequestAborted) : error;
        await DescribeAsync(http, got);
    }

    private async Task RenameAsync(HttpContext http)
    {
        var renamed = await RequestBody.ReadObjectAsync<Database>(http, async body =>
        {
            var fields = new JsonFields(body);
            var text = fields.String("db_name");
            if (fields.Error is { } error || !http.Database().TryGet(out var name, out error) || !DatabaseName.Parse(text).TryGet(out var newName, out error))
                return error;
            return await databases.RenameAsync(http.Account(), name, newName, http.RequestAborted);
        });
        await DescribeAsync(http, renamed);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        var deleted = http.Database().TryGet(out var name, out var error) ? await databases.DeleteAsync(http.Account(), name, http.RequestAborted) : error;
        await deleted.AnswerNothingAsync(http);
    }

    private async Task DescribeAsync(HttpContext http, Result<Database> outcome)
    {
        var bytes = outcome.TryGet(out var database, out _) ? await databases.GetSizeAsync(database, http.RequestAborted) : 0;
        await outcome.AnswerAsync(http, StatusCodes.Status200OK, d => DatabaseInformation.Of(d, bytes), ApiJson.Plain.DatabaseInformation);
    }
}
