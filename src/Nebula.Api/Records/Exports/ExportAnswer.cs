using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nebula.Api.Http;
using Nebula.Core;
using Nebula.Core.Records.Exports;

namespace Nebula.Api.Records.Exports;

/// <summary>Sends an export as fast as the client takes it. Nothing of the database is held while it is waited for.</summary>
internal static class ExportAnswer
{
    /// <summary>Gives what broke it off when half of the answer was sent, or null.</summary>
    public static async Task<Error?> SendAsync(HttpContext http, Result<TableExport> begun)
    {
        if (!begun.TryGet(out var export, out var error))
        {
            await Problems.WriteAsync(http, error);
            return null;
        }

        using (export)
        {
            Begin(http.Response, export);
            await http.Response.Body.WriteAsync(export.Rows, http.RequestAborted);
            while (!export.IsComplete)
            {
                if (!(await export.ReadNextAsync(http.RequestAborted)).TryGet(out _, out error))
                {
                    http.Abort(); // a part must not look like the whole
                    return error;
                }

                await http.Response.Body.WriteAsync(export.Rows, http.RequestAborted);
            }
        }

        return null;
    }

    private static void Begin(HttpResponse response, TableExport export)
    {
        var (type, ending) = export.Format == ExportFormat.Csv ? ("text/csv; charset=utf-8", "csv") : ("application/x-ndjson", "ndjson");
        response.ContentType = type;
        if (export.IsComplete)
            response.ContentLength = export.Rows.Length;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{export.TableName}.{ending}");
        response.Headers.ContentDisposition = disposition.ToString();
    }
}
