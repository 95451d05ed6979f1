namespace Nebula.Api.Authentication;

/// <summary>How much work a password's hash is.</summary>
/// <param name="MemoryKib">Memory that one hash fills.</param>
/// <param name="Passes">How often it is filled.</param>
internal sealed record PasswordCost(int MemoryKib, int Passes)
{
    /// <summary>19 MiB and 2 passes: some 70 ms.</summary>
    public static PasswordCost Standard { get; } = new(19 * 1024, 2);
}
