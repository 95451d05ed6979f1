using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Accounts;

namespace Nebula.Api.Accounts;

/// <summary>An account as it sees itself.</summary>
internal sealed record UserView(
    [property: JsonPropertyName("userId")] Guid UserId,
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("createdAt")] string CreatedAt)
{
    public static UserView Of(Account account) => new(account.Id.Value, account.Username, account.Email, Timestamps.ToText(account.CreatedAt));
}

/// <summary>Of a change of one's account.</summary>
internal sealed record AccountUpdatedAnswer([property: JsonPropertyName("message")] string Message, [property: JsonPropertyName("user")] UserView User)
{
    public static AccountUpdatedAnswer Of(Account account) => new("User updated", UserView.Of(account));
}
