using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Api.RateLimiting;
using Nebula.Core;
using Nebula.Core.Accounts;

namespace Nebula.Api.Accounts;

/// <summary>What an account may do with itself.</summary>
internal sealed class AccountEndpoints(AccountService accounts, RateLimits limits)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/user/{user_id}", GetAsync);
        v1.MapGet("/account/user/me", GetSelfAsync);
        v1.MapPut("/account/user/me", UpdateAsync);
        v1.MapPut("/account/password", ChangePasswordAsync);
        v1.MapDelete("/account", DeleteAsync);
    }

    private async Task GetAsync(HttpContext http)
    {
        // What is no id at all is one more user that does not exist.
        _ = UserId.TryParse(http.Route("user_id"), out var id);
        var got = await accounts.GetAsync(http.Account(), id, http.RequestAborted);
        await got.AnswerAsync(http, StatusCodes.Status200OK, UserView.Of, ApiJson.Plain.UserView);
    }

    private async Task GetSelfAsync(HttpContext http)
    {
        var got = await accounts.GetAsync(http.Account(), http.Account().Id, http.RequestAborted);
        await got.AnswerAsync(http, StatusCodes.Status200OK, UserView.Of, ApiJson.Plain.UserView);
    }

    private async Task UpdateAsync(HttpContext http)
    {
        var updated = await RequestBody.ReadObjectAsync<Account>(http, async body =>
        {
            var fields = new JsonFields(body);
            var (username, email) = (fields.String("username"), fields.String("email"));
            return fields.Error is { } error ? error : await accounts.UpdateAsync(http.Account(), username, email, http.RequestAborted);
        });
        await updated.AnswerAsync(http, StatusCodes.Status200OK, AccountUpdatedAnswer.Of, ApiJson.Plain.AccountUpdatedAnswer);
    }

    private async Task ChangePasswordAsync(HttpContext http)
    {
        var changed = await RequestBody.ReadObjectAsync<Done>(http, async body =>
        {
            var fields = new JsonFields(body).Only("current_password", "new_password");
            var (current, replacement) = (fields.String("current_password"), fields.String("new_password"));
            return (fields.Error ?? await CountAsync(http)) is { } error ? error : await accounts.ChangePasswordAsync(http.Account(), current, replacement, http.RequestAborted);
        });
        await changed.AnswerAsync(http, StatusCodes.Status200OK, _ => new MessageAnswer("Password changed; log in again"), ApiJson.Plain.MessageAnswer);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        var deleted = await RequestBody.ReadObjectAsync<Done>(http, async body =>
        {
            var fields = new JsonFields(body).Only("password");
            var password = fields.String("password");
            return (fields.Error ?? await CountAsync(http)) is { } error ? error : await accounts.DeleteAsync(http.Account(), password, http.RequestAborted);
        });
        await deleted.AnswerNothingAsync(http);
    }

    /// <summary>Whoever got hold of a token must not guess the password with it.</summary>
    private async ValueTask<Error?> CountAsync(HttpContext http) =>
        await limits.CountLoginAsync(http) ?? await limits.CountLoginToAsync(http, http.Account().Id.ToString());
}
