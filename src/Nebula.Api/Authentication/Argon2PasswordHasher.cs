using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;
using Nebula.Core;
using Nebula.Core.Accounts;

namespace Nebula.Api.Authentication;

/// <summary>
/// Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane) in PHC form; bcrypt hashes of v0.2 are verified and reported as outdated.
/// Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html.
/// </summary>
internal sealed class Argon2PasswordHasher(PasswordCost cost) : IPasswordHasher, IDisposable
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>How many may wait for their turn: some ten seconds' worth.</summary>
    private const int MaxWaiting = 128;

    // One core is left for requests, however many log in at once.
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount - 1));
    private int _waiting;
    private readonly Lazy<string> _nobody = new(() => Encode(cost, new byte[SaltBytes], new byte[HashBytes]));

    public async ValueTask<string> HashAsync(string password, CancellationToken ct)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Encode(cost, salt, await ComputeAsync(password, salt, cost, HashBytes, ct));
    }

    public async ValueTask<bool> VerifyAsync(string password, string hash, CancellationToken ct)
    {
        if (IsBcrypt(hash))
        {
            if (await RunAsync(() => BCrypt.Net.BCrypt.Verify(password, hash), ct))
                return true;
            await VerifyNothingAsync(password, ct); // so that a wrong password takes no less time here than an unknown address does
            return false;
        }

        if (!TryDecode(hash, out var parameters, out var salt, out var expected))
            return false;
        return CryptographicOperations.FixedTimeEquals(await ComputeAsync(password, salt, parameters, expected.Length, ct), expected);
    }

    public async ValueTask VerifyNothingAsync(string password, CancellationToken ct) => await VerifyAsync(password, _nobody.Value, ct);

    public bool IsOutdated(string hash) => !TryDecode(hash, out var used, out _, out _) || used.MemoryKib < cost.MemoryKib || used.Passes < cost.Passes;

    public void Dispose() => _slots.Dispose();

    private ValueTask<byte[]> ComputeAsync(string password, byte[] salt, PasswordCost parameters, int bytes, CancellationToken ct) => RunAsync(
        () =>
        {
            using var argon2 = new Argon2id(Encoding.UTF8.GetBytes(password))
            {
                Salt = salt,
                MemorySize = parameters.MemoryKib,
                Iterations = parameters.Passes,
                DegreeOfParallelism = 1,
            };
            return argon2.GetBytes(bytes);
        },
        ct);

    private async ValueTask<T> RunAsync<T>(Func<T> hash, CancellationToken ct)
    {
        // Whoever comes when so many wait would wait for longer than a client does.
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new UnavailableException(Overloaded);
        }

        try
        {
            await _slots.WaitAsync(ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(hash, ct);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static Error Overloaded { get; } = new(ErrorCodes.Busy, "Too many log in at once.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private static bool IsBcrypt(string hash) => hash.StartsWith("$2", StringComparison.Ordinal);

    private static string Encode(PasswordCost cost, byte[] salt, byte[] hash) => string.Create(
        CultureInfo.InvariantCulture, $"$argon2id$v=19$m={cost.MemoryKib},t={cost.Passes},p=1${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(hash)}");

    private static bool TryDecode(string text, out PasswordCost cost, out byte[] salt, out byte[] hash)
    {
        (cost, salt, hash) = (new PasswordCost(0, 0), [], []);
        var parts = text.Split('$');
        if (parts is not ["", "argon2id", "v=19", var parameters, var saltText, var hashText])
            return false;
        var numbers = parameters.Split(',').Select(p => int.TryParse(p[(p.IndexOf('=') + 1)..], CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();
        if (numbers is not [> 0 and var memory, > 0 and var passes, 1])
            return false;
        (cost, salt, hash) = (new PasswordCost(memory, passes), Base64Url.DecodeFromChars(saltText), Base64Url.DecodeFromChars(hashText));
        return true;
    }
}
