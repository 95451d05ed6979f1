namespace Nebula.Ladder.Builds;

/// <summary>A published program: a native file, or an assembly that needs <c>dotnet</c>.</summary>
internal sealed record Executable(string Program, IReadOnlyList<string> Arguments)
{
    public static Executable Find(string directory, string name)
    {
        var assembly = Path.Combine(directory, name + ".dll");
        if (File.Exists(assembly))
            return new Executable(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [assembly]);
        var native = Path.Combine(directory, name);
        return File.Exists(native) ? new Executable(native, []) : throw new LadderException($"There is neither {assembly} nor {native}.");
    }
}
