namespace Nebula.Core.Accounts;

/// <summary>
/// Hashes passwords slowly on purpose. An implementation bounds how many hashes run at once, so that logins can't starve the API.
/// Thread-safe.
/// </summary>
public interface IPasswordHasher
{
    /// <summary>A hash with its algorithm, parameters and salt in it.</summary>
    ValueTask<string> HashAsync(string password, CancellationToken ct);

    /// <summary>Whether the password is the hash's; takes as long for a wrong one as for a right one.</summary>
    ValueTask<bool> VerifyAsync(string password, string hash, CancellationToken ct);

    /// <summary>Takes as long as <see cref="VerifyAsync"/> does, for accounts that do not exist.</summary>
    ValueTask VerifyNothingAsync(string password, CancellationToken ct);

    /// <summary>Whether the hash was made by an older algorithm or with weaker parameters than today's.</summary>
    bool IsOutdated(string hash);
}
