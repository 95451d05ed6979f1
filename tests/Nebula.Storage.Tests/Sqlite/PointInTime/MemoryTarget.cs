using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>A place for backups in memory that can be away.</summary>
public sealed class MemoryTarget : IBackupTarget
{
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    public string Location => "memory";

    public bool IsAway { get; set; }

    /// <summary>What is awaited after the content of an object was read and before it is there.</summary>
    public Func<string, Task>? Writing { get; set; }

    public IEnumerable<string> Names => Objects.Keys.Order(StringComparer.Ordinal);

    /// <summary>What there is of databases, the metadata not counted.</summary>
    public IEnumerable<string> OfDatabases => Names.Where(n => !n.Contains("metadata", StringComparison.Ordinal));

    /// <summary>The segments of all databases.</summary>
    public IReadOnlyList<string> Segments => [.. OfDatabases.Where(n => !n.StartsWith("wal/about/", StringComparison.Ordinal) && char.IsAsciiDigit(n.Split('/')[^1][0]))];

    public IReadOnlyList<string> Generations => [.. Segments.Select(n => n.Split('/')[2]).Distinct()];

    public async ValueTask WriteAsync(string name, Stream content, CancellationToken ct)
    {
        ThrowIfAway();
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, ct);
        if (Writing is { } writing)
            await writing(name);
        ThrowIfAway();
        Objects[name] = copy.ToArray();
    }

    public ValueTask<Stream?> OpenAsync(string name, CancellationToken ct)
    {
        ThrowIfAway();
        return new(Objects.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : null);
    }

    public async IAsyncEnumerable<BackupObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        ThrowIfAway();
        foreach (var name in Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).ToList())
            yield return new BackupObject(name, Objects[name].Length);
    }

    public ValueTask DeleteAsync(string name, CancellationToken ct)
    {
        ThrowIfAway();
        Objects.TryRemove(name, out _);
        return default;
    }

    private void ThrowIfAway()
    {
        if (IsAway)
            throw new UnavailableException(new Error(ErrorCodes.Unavailable, "The place is away."));
    }
}
