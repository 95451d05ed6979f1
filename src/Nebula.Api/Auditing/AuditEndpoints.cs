using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Api.Auditing;

/// <summary>What was done with an account, its databases, keys and tables.</summary>
internal sealed class AuditEndpoints(AuditLog audit)
{
    public void Map(IEndpointRouteBuilder v1) => v1.MapGet("/account/audit", ListAsync);

    private async Task ListAsync(HttpContext http)
    {
        if (!Paging.Read(http.Request).TryGet(out var page, out var error)
            || !ReadBefore(http.Request).TryGet(out var before, out error)
            || !ReadDatabase(http.Request).TryGet(out var database, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        var entries = await audit.ListAsync(http.Account(), database.Or(null), before, page.Limit, http.RequestAborted);
        var answer = new AuditAnswer([.. entries.Select(AuditEntryView.Of)], entries.Count == page.Limit ? entries[^1].Id : null);
        await Answer.JsonAsync(http, StatusCodes.Status200OK, answer, ApiJson.Plain.AuditAnswer);
    }

    private static Result<long> ReadBefore(HttpRequest request)
    {
        var text = request.Query["before"];
        if (text.Count == 0)
            return long.MaxValue;
        return long.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? before
            : Error.Of(ErrorCodes.InvalidParameter, "before", FieldCodes.Invalid, "must be the id of an entry, as 'next_before' gives it");
    }

    private static Result<Optional<DatabaseName?>> ReadDatabase(HttpRequest request)
    {
        var text = request.Query["database"];
        if (text.Count == 0)
            return new Optional<DatabaseName?>(null);
        return DatabaseName.Parse(text.ToString(), "database").TryGet(out var name, out var error) ? new Optional<DatabaseName?>(name) : error;
    }
}
