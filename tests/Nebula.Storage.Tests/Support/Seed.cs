using System.Globalization;

namespace Nebula.Storage.Tests.Support;

/// <summary>
/// The seed of a random test: another one at each run, printed with a failure, and taken from <c>NEBULA_TEST_SEED</c> to run the same again.
/// </summary>
public static class Seed
{
    private const string Variable = "NEBULA_TEST_SEED";

    /// <summary>The seed for a test that prints it itself.</summary>
    public static int Next() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();

    /// <summary>How often a test repeats what it does: a variable of the environment, or what is enough for every day.</summary>
    public static int Times(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : otherwise;

    /// <summary>Runs a test with its random numbers; a failure says with which seed.</summary>
    public static async Task RunAsync(Func<Random, Task> test)
    {
        var seed = Next();
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
