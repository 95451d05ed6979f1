using System.Diagnostics;
using System.Globalization;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Where the programs of a PostgreSQL server are on this machine.</summary>
internal static class PostgresPrograms
{
    private const string DebianRoot = "/usr/lib/postgresql";

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>, the newest one; null when there is none.</summary>
    public static string? Folder { get; } = Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    /// <summary>Starts a shell script as somebody whom PostgreSQL accepts: it refuses to run as root.</summary>
    public static ProcessStartInfo Shell(string script, params IEnumerable<string> arguments)
    {
        string[] shell = ["sh", "-c", script, "postgres-cluster", .. arguments];
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. shell] : shell;
        return new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
    }

    private static IEnumerable<string> Candidates()
    {
        // Debian keeps the programs of the server out of the search path, one folder per version.
        var versions = Directory.Exists(DebianRoot) ? Directory.GetDirectories(DebianRoot) : [];
        var debian = versions
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"));
        return [.. debian, .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)];
    }
}
