using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Records.Bulk;

namespace Nebula.Api.Records;

/// <summary>Changing and removing every record that matches.</summary>
internal sealed class BulkEndpoints(BulkService bulk)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        var table = v1.MapGroup("/databases/{db}/tables/{table}").Allow(Access.AccountOrKey);
        table.MapPatch("/records", UpdateAsync);
        table.MapDelete("/records", DeleteAsync);
    }

    private async Task UpdateAsync(HttpContext http)
    {
        if (!http.TryTable(out var database, out var table, out var error)
            || !RefusedHeader.IsAbsent(http.Request, HeaderNames.IfMatch, out error)
            || !(await RequestBody.ReadAsync(http.Request, http.RequestAborted)).TryGet(out var body, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        Result<long> updated;
        using (body)
        {
            updated = IdempotencyHeader.Read(http, body.Utf8.Span).TryGet(out var once, out error)
                ? await bulk.UpdateMatchingAsync(http.Caller(), database, table, QueryParameters.Read(http.Request), body.Utf8, once, http.RequestAborted)
                : error;
            IdempotencyHeader.Tell(http, once);
        }

        await BulkAnswer.AffectedAsync(http, updated);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        if (!http.TryTable(out var database, out var table, out var error)
            || !RefusedHeader.IsAbsent(http.Request, HeaderNames.IfMatch, out error)
            || !IdempotencyHeader.Read(http, default).TryGet(out var once, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        var deleted = await bulk.DeleteMatchingAsync(http.Caller(), database, table, QueryParameters.Read(http.Request), once, http.RequestAborted);
        IdempotencyHeader.Tell(http, once);
        await BulkAnswer.AffectedAsync(http, deleted);
    }
}
