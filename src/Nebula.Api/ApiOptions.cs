using System.Net;
using System.Text;

namespace Nebula.Api;

/// <summary>Who may reach the API and how much one caller may take. The values are checked where they are read, at the start.</summary>
public sealed record ApiOptions
{
    /// <summary>What signs the tokens: at least 32 bytes. Never printed, see <see cref="PrintMembers"/>.</summary>
    public required string JwtSecret { get; init; }

    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(24);

    public bool SignupOpen { get; init; } = true;

    /// <summary>Origins as browsers send them: lower case, without the scheme's own port, path or final slash. Never <c>*</c>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public bool RateLimitEnabled { get; init; } = true;

    /// <summary>Requests per minute and caller.</summary>
    public int RateLimitPerMinute { get; init; } = 6000;

    /// <summary>Logins per minute, for each address and for each account.</summary>
    public int LoginRateLimitPerMinute { get; init; } = 10;

    /// <summary>The proxies whose <c>X-Forwarded-For</c> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public long MaxBodyBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>What an import may take, which is read in constant memory.</summary>
    public long MaxImportBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>What large bodies and answers hold in memory at once; 0 for a share of what there is.</summary>
    public long MaxHeldBytes { get; init; }

    // A record prints all its members. This one must not: one log line of the options would give the signing secret away.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(JwtSecret)).Append(JwtSecret.Length == 0 ? " = (none)" : " = (hidden)");
        return true;
    }
}
