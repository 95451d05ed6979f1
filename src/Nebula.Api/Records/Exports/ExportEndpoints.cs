using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Records.Exports;

namespace Nebula.Api.Records.Exports;

/// <summary>The records of a table as one file.</summary>
internal sealed partial class ExportEndpoints(ExportService exports, ILogger<ExportEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder v1) => v1.MapGet("/databases/{db}/tables/{table}/export", ExportAsync).Allow(Access.AccountOrKey);

    private async Task ExportAsync(HttpContext http)
    {
        var begun = http.TryTable(out var database, out var table, out var error)
            ? await exports.BeginAsync(http.Caller(), database, table, QueryParameters.Read(http.Request), http.RequestAborted)
            : error;
        if (await ExportAnswer.SendAsync(http, begun) is { } fault)
            BrokenOff(http.TraceIdentifier, fault.Code);
    }

    [LoggerMessage(2004, LogLevel.Warning, "The export of request {RequestId} was broken off: {Code}")]
    private partial void BrokenOff(string requestId, string code);
}
