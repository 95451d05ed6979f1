using System.Globalization;

namespace Nebula.Storage.Tests.Support;

/// <summary>
/// The seed of a random test: another one at each run, printed with a failure, and taken from <c>NEBULA_TEST_SEED</c> to run the same again.
/// </summary>
public static class Seed
{
    private const string Variable = "NEBULA_TEST_SEED";

    /// <summary>Runs a test with its random numbers; a failure says with which seed.</summary>
    public static async Task RunAsync(Func<Random, Task> test)
    {
        var seed = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Variable}={seed}");
        try
        {
            await test(new Random(seed));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed with {Variable}={seed}: {e.Message}", e);
        }
    }
}
