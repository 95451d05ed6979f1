using System.Reflection;
using Nebula.Storage;

namespace Nebula.Server.Commands;

/// <summary>Says which program this is.</summary>
internal static class VersionCommand
{
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public static int Run()
    {
        Console.WriteLine($"nebula {Version} (SQLite {SqliteStorage.EngineVersion})");
        return ExitCode.Success;
    }
}
