using System.Collections;

namespace Nebula.Server.Options;

/// <summary>Collects the variables that <see cref="NebulaOptions.From"/> reads.</summary>
internal static class Variables
{
    /// <summary>
    /// The process's own variables, and under them those of <c>.env</c> in the working directory unless they say that this is production: there a
    /// file left behind must not decide anything.
    /// </summary>
    public static IReadOnlyDictionary<string, string> FromEnvironment() =>
        FromEnvironment(Environment.GetEnvironmentVariables(), Environment.CurrentDirectory);

    public static IReadOnlyDictionary<string, string> FromEnvironment(IDictionary environment, string workingDirectory)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var file = Path.Combine(workingDirectory, ".env");
        if (!IsProduction(environment) && File.Exists(file))
        {
            foreach (var (name, value) in DotEnv.Read(file))
                variables[name] = value;
        }

        foreach (DictionaryEntry entry in environment)
        {
            // An empty one counts as not given, so it takes nothing away from the file.
            if (entry.Value is string { Length: > 0 } value)
                variables[(string)entry.Key] = value;
        }

        return variables;
    }

    private static bool IsProduction(IDictionary environment) =>
        KnownVariables.AppEnv.Parse(environment[KnownVariables.AppEnv.Name] as string ?? "", out var isProduction) is null && isProduction;
}
