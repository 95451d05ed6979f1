namespace Nebula.Server.Tests.Infrastructure;

/// <summary>What the servers of the tests keep their data in: SQLite, or with <c>NEBULA_TEST_ENGINE=postgres</c> a PostgreSQL that the tests start.</summary>
internal static class TestEngine
{
    private const string Variable = "NEBULA_TEST_ENGINE";

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "sqlite" => false,
        "postgres" => true,
        var other => throw new InvalidOperationException($"{Variable} is 'sqlite' or 'postgres', not '{other}'."),
    };

    /// <summary>As answers name it.</summary>
    public static string Name => IsPostgres ? "postgres" : "sqlite";

    /// <summary>Skips a test of what there is with SQLite alone.</summary>
    /// <param name="why">A sentence.</param>
    public static void SkipOnPostgres(string why) => Assert.SkipWhen(IsPostgres, $"Not on PostgreSQL: {why}");
}
