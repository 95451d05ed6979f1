using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Records.Aggregates;

namespace Nebula.Api.Records;

/// <summary>What is computed over the records of a table.</summary>
internal sealed class AggregateEndpoints(AggregateService aggregates)
{
    public void Map(IEndpointRouteBuilder v1) =>
        v1.MapGroup("/databases/{db}/tables/{table}").Allow(Access.AccountOrKey).MapGet("/aggregate", AggregateAsync);

    private async Task AggregateAsync(HttpContext http)
    {
        var outcome = http.TryTable(out var database, out var table, out var error)
            ? await aggregates.AggregateAsync(http.Caller(), database, table, QueryParameters.Read(http.Request), http.RequestAborted)
            : error;
        if (!outcome.TryGet(out var groups, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        using (groups)
        {
            var (head, tail) = ("{\"groups\":["u8.ToArray(), "]}"u8.ToArray());
            if (!Answer.TryBegin(http, StatusCodes.Status200OK, head.Length + groups.Rows.Length + tail.Length))
            {
                await Problems.WriteAsync(http, HeldMemory.Exhausted);
                return;
            }

            http.Response.BodyWriter.Write(head);
            http.Response.BodyWriter.Write(groups.Rows.Span);
            http.Response.BodyWriter.Write(tail);
        }

        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
    }
}
