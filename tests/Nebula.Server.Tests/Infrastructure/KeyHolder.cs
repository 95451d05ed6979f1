namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Somebody with an API key.</summary>
internal sealed class KeyHolder(TestServer nebula, string text, string id, string database) : Visitor(nebula, $"ApiKey {text}")
{
    /// <summary>The whole key, as it is shown once.</summary>
    public string Text { get; } = text;

    public string Id { get; } = id;

    public string Database { get; } = database;
}
