using Microsoft.AspNetCore.Http;
using Nebula.Api.Http;
using Nebula.Core;
using Nebula.Core.Databases.Files;

namespace Nebula.Api.Databases.Files;

/// <summary>Sends a database as a file, whose copy is gone then.</summary>
internal static class DatabaseFileAnswer
{
    private const int BufferBytes = 128 * 1024;

    public static async Task SendAsync(HttpContext http, Result<DatabaseExport> exported)
    {
        if (!exported.TryGet(out var file, out var error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        using (file)
        {
            http.Response.ContentType = "application/vnd.sqlite3";
            http.Response.ContentLength = file.Content.Length;
            http.Response.Headers.ContentDisposition = $"attachment; filename={file.Name}.db";
            await file.Content.CopyToAsync(http.Response.Body, BufferBytes, http.RequestAborted);
        }
    }
}
