namespace Nebula.Server.Tests.Faults;

/// <summary>How a server process is started.</summary>
internal sealed record ServerStart(string DataDirectory)
{
    /// <summary>Variables beside those that every start has.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>A program that runs the server, with its arguments: a tracer.</summary>
    public IReadOnlyList<string> Under { get; init; } = [];
}
