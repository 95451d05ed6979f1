namespace Nebula.Storage.Tests.Support;

/// <summary>What <c>scripts/install-test-tools</c> installs and this machine lacks.</summary>
public static class MissingTool
{
    /// <summary>Skips the test when there is a reason. In continuous integration, which installs all of it, the test fails: nobody else would run it.</summary>
    public static void SkipIf(string? why)
    {
        if (why is null)
            return;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is { Length: > 0 }, why);
        Assert.Fail(why);
    }
}
