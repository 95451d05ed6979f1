using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Records.Exports;

namespace Nebula.Api.Records.Exports;

/// <summary>The records of a table as one file.</summary>
internal sealed class ExportEndpoints(ExportService exports)
{
    public void Map(IEndpointRouteBuilder v1) => v1.MapGet("/databases/{db}/tables/{table}/export", ExportAsync).Allow(Access.AccountOrKey);

    private async Task ExportAsync(HttpContext http)
    {
        var begun = http.TryTable(out var database, out var table, out var error)
            ? await exports.BeginAsync(http.Caller(), database, table, QueryParameters.Read(http.Request), http.RequestAborted)
            : error;
        await ExportAnswer.SendAsync(http, begun);
    }
}
