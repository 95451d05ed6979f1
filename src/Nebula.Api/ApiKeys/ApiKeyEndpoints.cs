using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;

namespace Nebula.Api.ApiKeys;

/// <summary>The keys of a database: the one that v0.2 clients know, and all of them.</summary>
internal sealed class ApiKeyEndpoints(ApiKeyService keys)
{
    private const string OnceMessage = "API key created; it is shown only this once";

    public void Map(IEndpointRouteBuilder v1)
    {
        var database = v1.MapGroup("/account/databases/{db}");
        database.MapGet("/apikey", GetDefaultAsync);
        database.MapPost("/apikey", CreateDefaultAsync);
        database.MapDelete("/apikey", DeleteDefaultAsync);
        database.MapGet("/apikeys", ListAsync);
        database.MapPost("/apikeys", CreateAsync);
        database.MapPatch("/apikeys/{key_id}", UpdateAsync);
        database.MapDelete("/apikeys/{key_id}", DeleteAsync);
    }

    private async Task GetDefaultAsync(HttpContext http)
    {
        var got = http.Database().TryGet(out var name, out var error) ? await keys.GetDefaultAsync(http.Account(), name, http.RequestAborted) : error;
        if (!got.TryGet(out var key, out error) && error.Code != ErrorCodes.KeyNotFound)
            await Problems.WriteAsync(http, error);
        else
            await Answer.JsonAsync(http, StatusCodes.Status200OK, DefaultKeyAnswer.Of(key), ApiJson.Plain.DefaultKeyAnswer);
    }

    private async Task CreateDefaultAsync(HttpContext http)
    {
        var created = http.Database().TryGet(out var name, out var error)
            ? await keys.CreateAsync(http.Account(), name, new ApiKeyChange { Name = ApiKey.DefaultName }, http.RequestAborted)
            : error;
        await created.AnswerAsync(
            http, StatusCodes.Status201Created, made => new DefaultKeyCreatedAnswer(made.Text, OnceMessage), ApiJson.Plain.DefaultKeyCreatedAnswer);
    }

    private async Task DeleteDefaultAsync(HttpContext http)
    {
        var deleted = http.Database().TryGet(out var name, out var error) ? await keys.DeleteDefaultAsync(http.Account(), name, http.RequestAborted) : error;
        await deleted.AnswerNothingAsync(http);
    }

    private async Task ListAsync(HttpContext http)
    {
        var listed = http.Database().TryGet(out var name, out var error) ? await keys.ListAsync(http.Account(), name, http.RequestAborted) : error;
        if (!listed.TryGet(out var found, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        var views = new List<ApiKeyView>();
        foreach (var key in found)
            views.Add(await ViewAsync(http, name, key));
        await Answer.JsonAsync(http, StatusCodes.Status200OK, new ApiKeyListAnswer(views), ApiJson.Plain.ApiKeyListAnswer);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var created = await RequestBody.ReadObjectAsync<ApiKeyCreatedAnswer>(http, async body =>
        {
            if (!http.Database().TryGet(out var name, out var error) || !Read(body).TryGet(out var wanted, out error))
                return error;
            if (!(await keys.CreateAsync(http.Account(), name, wanted, http.RequestAborted)).TryGet(out var made, out error))
                return error;
            return new ApiKeyCreatedAnswer(await ViewAsync(http, name, made.Key), made.Text, OnceMessage);
        });
        await created.AnswerAsync(http, StatusCodes.Status201Created, answer => answer, ApiJson.Plain.ApiKeyCreatedAnswer);
    }

    private async Task UpdateAsync(HttpContext http)
    {
        var updated = await RequestBody.ReadObjectAsync<ApiKeyView>(http, async body =>
        {
            if (!http.Database().TryGet(out var name, out var error) || !Read(body).TryGet(out var wanted, out error))
                return error;
            if (!(await keys.UpdateAsync(http.Account(), name, KeyId(http), wanted, http.RequestAborted)).TryGet(out var key, out error))
                return error;
            return await ViewAsync(http, name, key);
        });
        await updated.AnswerAsync(http, StatusCodes.Status200OK, view => view, ApiJson.Plain.ApiKeyView);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        var deleted = http.Database().TryGet(out var name, out var error) ? await keys.DeleteAsync(http.Account(), name, KeyId(http), http.RequestAborted) : error;
        await deleted.AnswerNothingAsync(http);
    }

    private async ValueTask<ApiKeyView> ViewAsync(HttpContext http, DatabaseName name, ApiKey key) =>
        ApiKeyView.Of(key, await keys.TableNamesAsync(key, name, http.Account(), http.RequestAborted));

    private static ApiKeyId KeyId(HttpContext http) => new(http.Route("key_id"));

    private static Result<ApiKeyChange> Read(JsonElement body)
    {
        var fields = new JsonFields(body).Only("name", "scopes", "tables", "expires_at");
        var change = new ApiKeyChange
        {
            Name = fields.String("name"),
            Scopes = fields.Strings("scopes", isNullable: false),
            Tables = fields.Has("tables") ? new(fields.Strings("tables", isNullable: true)) : default,
            ExpiresAt = fields.Time("expires_at"),
        };
        return fields.Error is { } error ? error : change;
    }
}
