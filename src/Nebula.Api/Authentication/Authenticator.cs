using Microsoft.AspNetCore.Http;
using Nebula.Core;
using Nebula.Core.ApiKeys;

namespace Nebula.Api.Authentication;

/// <summary>Turns the Authorization header into a caller: <c>Bearer</c> is an account, <c>ApiKey</c> a key. Scheme names have no case.</summary>
internal sealed class Authenticator(TokenService tokens, ApiKeyService keys)
{
    private const string Bearer = "Bearer ";
    private const string ApiKey = "ApiKey ";

    /// <summary>Fails with unauthenticated or token_expired.</summary>
    /// <param name="mayLookUp">Whether a key that is not in memory may cost a look-up.</param>
    public async ValueTask<Result<Caller>> AuthenticateAsync(HttpRequest request, bool mayLookUp, CancellationToken ct)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(ApiKey, StringComparison.OrdinalIgnoreCase))
        {
            var text = header[ApiKey.Length..].Trim();
            return (mayLookUp ? await keys.AuthenticateAsync(text, ct) : keys.AuthenticateFromMemory(text)) is { } key ? key : InvalidKey;
        }

        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return header.Length == 0 ? Missing : UnknownScheme;
        return (await tokens.AuthenticateAsync(header[Bearer.Length..].Trim(), ct)).TryGet(out var account, out var error) ? account : error;
    }

    private static Error Missing { get; } = new(ErrorCodes.Unauthenticated, "This needs a credential.")
    {
        Hint = "Send 'Authorization: Bearer <token>' or 'Authorization: ApiKey <key>'.",
    };

    private static Error UnknownScheme { get; } = new(ErrorCodes.Unauthenticated, "The Authorization header has an unknown scheme.") { Hint = Missing.Hint };

    private static Error InvalidKey { get; } = new(ErrorCodes.Unauthenticated, "The API key is not valid: unknown, revoked or expired.");
}
