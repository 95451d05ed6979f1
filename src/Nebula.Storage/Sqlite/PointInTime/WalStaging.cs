using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Files of histories in the data directory: segments until they are shipped, so that logs need not wait to be begun anew, and a note of how far each history has come. What was synced survives a crash.
/// </summary>
internal sealed class WalStaging(string path)
{
    private const string SegmentEnding = ".segment";
    private const string PartEnding = ".part";
    private const string NoteEnding = ".json";
    private const string EndedEnding = ".ended";

    /// <summary>Makes the directory, and removes what a crash left that was not finished.</summary>
    public void Start()
    {
        PrivateDirectory.Make(path);
        foreach (var file in Directory.EnumerateFiles(path, $"*{PartEnding}"))
            File.Delete(file);
    }

    /// <summary>A path for a segment that is not sealed: it is made anew when the server is killed before it was shipped.</summary>
    public string NewPath() => Path.Combine(path, $"{Guid.CreateVersion7():N}{PartEnding}");

    /// <summary>Puts a finished file where the next start finds it.</summary>
    public string Keep(string part, WalSegment segment)
    {
        var kept = Path.Combine(path, $"{segment.Database}.{segment.Generation}.{segment.Number:d10}{SegmentEnding}");
        File.Move(part, kept, overwrite: true);
        Posix.SyncDirectory(path);
        return kept;
    }

    /// <summary>The segments that an earlier run of the server left, in order.</summary>
    public IReadOnlyList<(string Database, string Path)> List() =>
    [
        .. Directory.EnumerateFiles(path, $"*{SegmentEnding}").Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file).Split('.')[0], file)),
    ];

    /// <summary>Null also for one that can't be read: the history goes on with a new generation.</summary>
    public HistoryNote? Find(string database) => Read(NoteOf(database), HistoryJson.Default.HistoryNote);

    /// <summary>Writes a note over the one that there is. Throws nothing: with none, or an old one, what was shipped since is shipped again, or the history goes on with a new generation.</summary>
    public void Write(string database, HistoryNote note) => Write(NoteOf(database), note, HistoryJson.Default.HistoryNote);

    /// <summary>The databases of which it is yet to be said that a generation ended.</summary>
    public IReadOnlyList<string> ListEnded() => [.. Directory.EnumerateFiles(path, $"*{EndedEnding}").Select(file => Path.GetFileNameWithoutExtension(file))];

    public EndedGeneration? FindEnded(string database) => Read(EndedOf(database), HistoryJson.Default.EndedGeneration);

    /// <summary>Keeps that a generation ended. Throws nothing: whoever restores sees also by the next generation that it did.</summary>
    public void WriteEnded(string database, EndedGeneration ended) => Write(EndedOf(database), ended, HistoryJson.Default.EndedGeneration);

    public void ForgetEnded(string database) => Remove(EndedOf(database));

    /// <summary>While nothing is shipped nobody notes what is written: each history ends, and begins anew later.</summary>
    public void EndAll(DateTimeOffset now)
    {
        if (!Directory.Exists(path))
            return;
        foreach (var database in Directory.EnumerateFiles(path, $"*{NoteEnding}").Select(file => Path.GetFileNameWithoutExtension(file)).ToList())
        {
            if (Find(database)?.Position is { } at)
                WriteEnded(database, new EndedGeneration(at.Generation, new HistoryEnd(DateTimeOffset.FromUnixTimeMilliseconds(at.LastTime), now, "histories were switched off")));
            File.Delete(NoteOf(database));
        }
    }

    public void Forget(string database) => Remove(NoteOf(database));

    public static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            // It is written over, or shipped once more.
        }
    }

    private static T? Read<T>(string file, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), type) : null;
        }
        catch (Exception e) when (DiskErrors.IsOne(e) || e is JsonException)
        {
            return null;
        }
    }

    private void Write<T>(string file, T value, JsonTypeInfo<T> type)
    {
        var part = NewPath();
        try
        {
            File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(value, type));
            SpoolDirectory.Sync(part);
            File.Move(part, file, overwrite: true);
            Posix.SyncDirectory(path);
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            Remove(part);
        }
    }

    private string NoteOf(string database) => Path.Combine(path, $"{database}{NoteEnding}");

    private string EndedOf(string database) => Path.Combine(path, $"{database}{EndedEnding}");
}
