using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.RateLimiting;
using Nebula.Core;
using Nebula.Core.Accounts;

namespace Nebula.Api.SignIn;

/// <summary>Signing up and logging in. Open to anyone, so counted by address and by the account that is aimed at.</summary>
internal sealed class SignInEndpoints(AccountService accounts, TokenService tokens, RateLimits limits)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var auth = app.MapGroup("/auth").Allow(Access.Anyone);
        auth.MapPost("/signup", SignUpAsync);
        auth.MapPost("/login", LogInAsync);
    }

    private async Task SignUpAsync(HttpContext http)
    {
        // The address is counted before the body is read: a body that is not well-formed is an attempt too.
        var signedUp = await limits.CountLoginAsync(http) is { } exceeded ? exceeded : await RequestBody.ReadObjectAsync(http, body => SignUpAsync(http, body));
        await signedUp.AnswerAsync(http, StatusCodes.Status201Created, SignUpAnswer.Of, ApiJson.Plain.SignUpAnswer);
    }

    private async ValueTask<Result<Account>> SignUpAsync(HttpContext http, JsonElement body)
    {
        var fields = new JsonFields(body);
        var (email, username, password) = (fields.String("email"), fields.String("username"), fields.String("password"));
        return (fields.Error ?? await limits.CountLoginToAsync(http, email)) is { } error ? error : await accounts.SignUpAsync(email, username, password, http.RequestAborted);
    }

    private async Task LogInAsync(HttpContext http)
    {
        var loggedIn = await limits.CountLoginAsync(http) is { } exceeded ? exceeded : await RequestBody.ReadObjectAsync(http, body => LogInAsync(http, body));
        await loggedIn.AnswerAsync(http, StatusCodes.Status200OK, account => LoginAnswer.Of(account, tokens.Issue(account)), ApiJson.Plain.LoginAnswer);
    }

    private async ValueTask<Result<Account>> LogInAsync(HttpContext http, JsonElement body)
    {
        var fields = new JsonFields(body);
        var (email, password) = (fields.String("email"), fields.String("password"));
        return (fields.Error ?? await limits.CountLoginToAsync(http, email)) is { } error ? error : await accounts.LogInAsync(email, password, http.RequestAborted);
    }
}
