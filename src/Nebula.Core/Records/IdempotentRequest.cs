using System.Security.Cryptography;
using System.Text;

namespace Nebula.Core.Records;

/// <summary>
/// A request that may be sent again and must have its effect once: the same caller, method, target and key are the same request. The storage keeps its answer in the
/// transaction of its effect and gives it again for <see cref="Lifetime"/>; rights are checked again each time.
/// </summary>
public sealed class IdempotentRequest
{
    private IdempotentRequest(byte[] identity, byte[] body) => (Identity, Body) = (identity, body);

    /// <summary>How long an answer is kept.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);

    /// <summary>SHA-256 of who asks for what under which key: the answer is found by it.</summary>
    public ReadOnlyMemory<byte> Identity { get; }

    /// <summary>SHA-256 of the body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether the outcome is that of an earlier request. Set by the storage.</summary>
    public bool IsReplayed { get; set; }

    /// <summary>Why it must not have an effect now; a kept answer is given all the same. Null if nothing speaks against it.</summary>
    public Error? Refusal { get; set; }

    /// <summary>The same key was sent with another body.</summary>
    public static Error Mismatch { get; } = new(ErrorCodes.IdempotencyMismatch, "The same Idempotency-Key was sent before with another body.")
    {
        Hint = "Take a new key for a new request.",
    };

    /// <param name="target">The path and the query as they were sent.</param>
    /// <param name="key">Visible ASCII characters.</param>
    public static IdempotentRequest Of(Caller caller, string method, string target, string key, ReadOnlySpan<byte> body) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.RateLimitPartition}\n{method}\n{target}\n{key}")), SHA256.HashData(body));
}
