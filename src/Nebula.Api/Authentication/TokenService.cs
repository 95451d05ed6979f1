using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Nebula.Core;
using Nebula.Core.Accounts;

namespace Nebula.Api.Authentication;

/// <summary>Gives out and checks the JSON Web Tokens of accounts: HS256 only, with the account and the version of its password. Thread-safe.</summary>
internal sealed class TokenService
{
    private const string Issuer = "nebula-backend";
    private const string UserIdClaim = "userId";
    private const string VersionClaim = "ver";
    private const int MaxLength = 4096;

    /// <summary>Bounds the memory for tokens that were checked already; when it is full, it starts again from nothing.</summary>
    private const int MaxChecked = 50_000;

    private readonly AccountService _accounts;
    private readonly ApiOptions _options;
    private readonly TimeProvider _clock;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _signing;
    private readonly TokenValidationParameters _validation;

    // By a hash of the whole token, signature included, so that each request does not verify the same signature again.
    private readonly ConcurrentDictionary<UInt128, CheckedToken> _checked = new();

    public TokenService(AccountService accounts, ApiOptions options, TimeProvider clock)
    {
        (_accounts, _options, _clock) = (accounts, options, clock);
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.JwtSecret));
        _signing = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        _validation = new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidIssuer = Issuer,
            ValidateAudience = false,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromSeconds(5),
            LifetimeValidator = (notBefore, expires, _, parameters) => IsAlive(notBefore, expires, parameters.ClockSkew),
        };
    }

    public string Issue(Account account)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + _options.TokenLifetime,
            Claims = new Dictionary<string, object> { [UserIdClaim] = account.Id.ToString(), [VersionClaim] = account.TokenVersion },
            SigningCredentials = _signing,
        });
    }

    /// <summary>The account that a token stands for. Fails with unauthenticated or token_expired.</summary>
    public async ValueTask<Result<AccountCaller>> AuthenticateAsync(string token, CancellationToken ct)
    {
        if (token.Length > MaxLength)
            return Invalid;

        var fingerprint = Fingerprint(token);
        if (!_checked.TryGetValue(fingerprint, out var known))
        {
            if (!(await CheckAsync(token)).TryGet(out known, out var error))
                return error;
            if (_checked.Count >= MaxChecked)
                _checked.Clear();
            _checked[fingerprint] = known;
        }

        if (known.ExpiresAt <= _clock.GetUtcNow())
        {
            _checked.TryRemove(fingerprint, out _);
            return Expired;
        }

        return await _accounts.AuthenticateAsync(known.UserId, known.Version, ct) is { } caller ? caller : Invalid;
    }

    private async ValueTask<Result<CheckedToken>> CheckAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _validation);
        if (!result.IsValid)
            return result.Exception is SecurityTokenInvalidLifetimeException { Expires: { } end } && end <= _clock.GetUtcNow().UtcDateTime ? Expired : Invalid;

        var jwt = (JsonWebToken)result.SecurityToken;
        return jwt.TryGetPayloadValue<string>(UserIdClaim, out var id) && UserId.TryParse(id, out var userId)
            && jwt.TryGetPayloadValue<int>(VersionClaim, out var version)
            && IsTime(jwt, JwtRegisteredClaimNames.Iat, Now) && IsTime(jwt, JwtRegisteredClaimNames.Nbf, Now) && IsTime(jwt, JwtRegisteredClaimNames.Exp, DateTimeOffset.MaxValue)
            ? new CheckedToken(userId, version, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero))
            : Invalid;
    }

    private DateTimeOffset Now => _clock.GetUtcNow() + _validation.ClockSkew;

    /// <summary>Whether a claim, if it is there, is a time, and not after another one: no token of ours says otherwise, and the library makes the nearest time of any number.</summary>
    private static bool IsTime(JsonWebToken jwt, string claim, DateTimeOffset latest) =>
        !jwt.TryGetPayloadValue<object>(claim, out _) || (jwt.TryGetPayloadValue<long>(claim, out var seconds) && seconds >= 0 && seconds <= latest.ToUnixTimeSeconds());

    private bool IsAlive(DateTime? notBefore, DateTime? expires, TimeSpan skew)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return expires > now && (notBefore is null || notBefore <= now + skew);
    }

    private static UInt128 Fingerprint(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    private static Error Invalid { get; } = new(ErrorCodes.Unauthenticated, "The token is not valid.") { Hint = "Log in again." };

    private static Error Expired { get; } = new(ErrorCodes.TokenExpired, "The token has expired.") { Hint = "Log in again." };

    private sealed record CheckedToken(UserId UserId, int Version, DateTimeOffset ExpiresAt);
}
