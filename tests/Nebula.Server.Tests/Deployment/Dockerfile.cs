using System.Globalization;

namespace Nebula.Server.Tests.Deployment;

/// <summary>What the Dockerfile says, stage by stage, with continued lines joined and comments gone.</summary>
internal sealed class Dockerfile
{
    public const string Location = "infra/docker/Dockerfile";

    private Dockerfile(IReadOnlyList<string> instructions) => Instructions = instructions;

    public IReadOnlyList<string> Instructions { get; }

    /// <summary>The instructions of the stage that becomes the image.</summary>
    public IEnumerable<string> Final =>
        Instructions.Skip(Instructions.ToList().FindLastIndex(line => line.StartsWith("FROM ", StringComparison.Ordinal)));

    public string User => Argument("USER");

    public string Volume => Argument("VOLUME").Trim('[', ']', '"');

    public int Port => int.Parse(Argument("EXPOSE"), CultureInfo.InvariantCulture);

    public IReadOnlyDictionary<string, string> Environment =>
        Argument("ENV").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);

    public static Dockerfile Read()
    {
        var lines = SourceTree.Read(Location).Split('\n').Where(line => !line.StartsWith('#'));
        return new Dockerfile(
            [.. string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
    }

    /// <summary>The argument of an instruction that the final stage has exactly once.</summary>
    public string Argument(string instruction) =>
        Assert.Single(Final, line => line.StartsWith(instruction + " ", StringComparison.Ordinal))[(instruction.Length + 1)..].Trim();
}
