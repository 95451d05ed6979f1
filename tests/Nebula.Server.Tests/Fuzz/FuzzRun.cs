using System.Globalization;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>What fuzz tests have in common: their random numbers and their time.</summary>
internal static class FuzzRun
{
    private const string Variable = "NEBULA_TEST_SEED";
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(3);

    /// <summary>Other numbers at each run; the seed is printed, and taken from <c>NEBULA_TEST_SEED</c> to run the same again.</summary>
    public static Random Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Variable}={seed}");
        return new Random(seed);
    }

    /// <summary>Again and again for some seconds.</summary>
    public static async Task RepeatAsync(Func<Task> once)
    {
        var started = TimeProvider.System.GetTimestamp();
        var count = 0;
        for (; TimeProvider.System.GetElapsedTime(started) < _time; count++)
            await once();
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} requests");
        Assert.True(count > 10);
    }

    public static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
