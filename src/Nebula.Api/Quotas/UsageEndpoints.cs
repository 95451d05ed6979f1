using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;

namespace Nebula.Api.Quotas;

/// <summary>What an account has and how much it may have.</summary>
internal sealed class UsageEndpoints(DatabaseService databases, IDatabaseStore store, QuotaService quotas)
{
    /// <summary>Each database is opened to be measured.</summary>
    private const int MaxPage = 100;

    public void Map(IEndpointRouteBuilder v1) => v1.MapGet("/account/usage", GetAsync);

    private async Task GetAsync(HttpContext http)
    {
        var (owner, ct) = (http.Account(), http.RequestAborted);
        var listed = Paging.Read(http.Request, MaxPage).TryGet(out var page, out var error) ? await databases.ListAsync(owner, page.Limit, page.Offset, ct) : error;
        if (!listed.TryGet(out var found, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        var bounds = await quotas.OfAsync(owner.Id, ct);
        var views = new List<DatabaseUsageView>();
        foreach (var database in found)
            views.Add(new(database.Id.Value, database.Name.Value, database.Tables, await store.GetUsedAsync(database, ct)));
        await Answer.JsonAsync(http, StatusCodes.Status200OK, new UsageAnswer(QuotasView.Of(bounds), await store.CountAsync(owner.Id, ct), views), ApiJson.Plain.UsageAnswer);
    }
}
