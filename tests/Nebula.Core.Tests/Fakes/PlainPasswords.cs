using Nebula.Core.Accounts;

namespace Nebula.Core.Tests.Fakes;

/// <summary>Hashes nothing: the hash is the password behind a word. Writes down what it was asked to do, so that a test can compare the
/// work.</summary>
internal sealed class PlainPasswords : IPasswordHasher
{
    public const string Outdated = "outdated:";

    private const string Current = "current:";

    /// <summary>The slow steps that were taken.</summary>
    public List<string> Work { get; } = [];

    public static string HashOf(string password) => Current + password;

    public ValueTask<string> HashAsync(string password, CancellationToken ct)
    {
        Work.Add("hash");
        return new(HashOf(password));
    }

    public ValueTask<bool> VerifyAsync(string password, string hash, CancellationToken ct)
    {
        Work.Add("verify");
        return new(hash == Current + password || hash == Outdated + password);
    }

    public ValueTask VerifyNothingAsync(string password, CancellationToken ct)
    {
        Work.Add("verify");
        return default;
    }

    public bool IsOutdated(string hash) => hash.StartsWith(Outdated, StringComparison.Ordinal);
}
