namespace Nebula.Core.Databases.Files;

/// <summary>A whole database as one file. Whoever gets one disposes it; then it is gone.</summary>
public sealed class DatabaseExport(DatabaseName name, Stream content) : IDisposable
{
    public DatabaseName Name { get; } = name;

    /// <summary>From its beginning; it knows its length.</summary>
    public Stream Content { get; } = content;

    public void Dispose() => Content.Dispose();
}
