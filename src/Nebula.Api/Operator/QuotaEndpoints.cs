using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Http;
using Nebula.Core.Quotas;

namespace Nebula.Api.Operator;

/// <summary>Shows and sets the quotas of an account.</summary>
internal sealed class QuotaEndpoints(AccountQuotas quotas)
{
    public void Map(IEndpointRouteBuilder app) => app.MapPost("/quotas", ChangeAsync);

    private async Task ChangeAsync(HttpContext http)
    {
        var request = await JsonSerializer.DeserializeAsync(http.Request.Body, OperatorJson.Default.QuotaRequest, http.RequestAborted) ?? new QuotaRequest("", []);
        var changed = await quotas.ChangeAsync(request.Account, request.Changes, http.RequestAborted);
        await Answer.JsonAsync(http, StatusCodes.Status200OK, QuotaAnswer.Of(changed), OperatorJson.Default.QuotaAnswer);
    }
}
