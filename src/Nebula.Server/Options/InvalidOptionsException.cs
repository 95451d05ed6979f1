namespace Nebula.Server.Options;

/// <summary>The configuration stops the start. Holds every problem, so that one start is enough to see them all; never a secret.</summary>
internal sealed class InvalidOptionsException(IReadOnlyList<string> problems) : Exception(Describe(problems))
{
    public InvalidOptionsException(string problem)
        : this([problem])
    {
    }

    public IReadOnlyList<string> Problems { get; } = problems;

    private static string Describe(IReadOnlyList<string> problems) =>
        string.Join(Environment.NewLine, problems.Select(problem => "  " + problem).Prepend("Nebula cannot start with this configuration:"));
}
