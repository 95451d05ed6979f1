namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Values that do not matter, none of them given twice.</summary>
internal static class Some
{
    public const string Password = "correct horse battery";

    private static int _count;

    public static string Email() => $"{Name("mail")}@example.com";

    public static string Username() => Name("user");

    public static string Name(string start) => $"{start}_{Interlocked.Increment(ref _count):D6}";
}
