using System.Text.Json.Serialization;
using Nebula.Api.Accounts;
using Nebula.Core.Accounts;

namespace Nebula.Api.SignIn;

/// <summary>Of a sign-up.</summary>
internal sealed record SignUpAnswer(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("user_id")] Guid UserId,
    [property: JsonPropertyName("user")] UserView User)
{
    public static SignUpAnswer Of(Account account) => new("User created", account.Id.Value, UserView.Of(account));
}

/// <summary>Of a login.</summary>
internal sealed record LoginAnswer(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("user")] UserView User)
{
    public static LoginAnswer Of(Account account, string token) => new("Logged in", token, UserView.Of(account));
}
