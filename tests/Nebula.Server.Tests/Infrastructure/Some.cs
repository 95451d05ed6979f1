namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Values that do not matter, none of them given twice.</summary>
internal static class Some
{
    public const string Password = "correct horse battery";

    private static int _count;

    public static string Email() => $"{Name("mail")}@example.com";

    public static string Username() => Name("user");

    /// <summary>A client's address that no run has used before: a Redis may outlive one.</summary>
    public static string Address() => $"2001:db8:{Random.Shared.Next(0x10000):x}:{Random.Shared.Next(0x10000):x}::1";

    public static string Name(string start) => $"{start}_{Interlocked.Increment(ref _count):D6}";
}
