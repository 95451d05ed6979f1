using System.Diagnostics;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>The script that runs a PostgreSQL which ends with whoever started it.</summary>
internal static class PostgresPrograms
{
    private static readonly string _script = Path.Combine(Root(), "scripts", "run-postgres");

    /// <summary>Whether the programs of a PostgreSQL server are on this machine.</summary>
    public static bool AreThere { get; } = Succeeds("--which");

    public static ProcessStartInfo Run(params IEnumerable<string> arguments) => new(_script, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static bool Succeeds(string argument)
    {
        using var script = Process.Start(Run(argument))!; // a program that is new
        script.WaitForExit();
        return script.ExitCode == 0;
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Nebula.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests run from the repository that they belong to.");
    }
}
