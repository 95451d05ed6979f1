namespace Nebula.Server.Options;

/// <summary>One environment variable as <c>docs/configuration.md</c> shows it, word for word.</summary>
internal abstract record Variable(string Name, string Default, string Allowed, string Meaning);
