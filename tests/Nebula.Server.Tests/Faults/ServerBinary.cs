namespace Nebula.Server.Tests.Faults;

/// <summary>The server's program: the one that was built beside the tests, or the one that <c>NEBULA_TEST_BINARY</c> names.</summary>
internal static class ServerBinary
{
    public const string Variable = "NEBULA_TEST_BINARY";

    /// <summary>Its absolute path; skips the test where processes are not what these tests expect.</summary>
    public static string Find()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "These tests end processes by Unix signals.");
        var named = Environment.GetEnvironmentVariable(Variable);
        var path = Path.GetFullPath(string.IsNullOrEmpty(named) ? Path.Combine(AppContext.BaseDirectory, "nebula") : named);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no server at {path}; {Variable} may name another.", path);
    }
}
