using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;

namespace Nebula.Api.Records;

/// <summary>Several operations on the records of one database in one transaction.</summary>
internal sealed class BatchEndpoints(BatchService batches)
{
    public void Map(IEndpointRouteBuilder v1) => v1.MapGroup("/databases/{db}").Allow(Access.AccountOrKey).MapPost("/batch", RunAsync);

    private async Task RunAsync(HttpContext http)
    {
        IdempotentRequest? once = null;
        var ran = await RequestBody.ReadObjectAsync<BatchOutcome>(http, async body =>
        {
            if (!http.Database().TryGet(out var database, out var error) || !Identify(http, body).TryGet(out once, out error))
                return error;
            return await batches.RunAsync(http.Caller(), database, body, once, http.RequestAborted);
        }, RequestBody.AnyBytes);
        IdempotencyHeader.Tell(http, once);
        await BatchAnswer.RanAsync(http, ran);
    }

    private static Result<IdempotentRequest?> Identify(HttpContext http, JsonElement body) => IdempotencyHeader.Read(http, JsonMarshal.GetRawUtf8Value(body));
}
