using System.Text.Json;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Files of histories in the data directory: segments until they are shipped, so that logs need not wait to be begun anew, and a note of how far each history has come. What was synced survives a crash.
/// </summary>
internal sealed class WalStaging(string path)
{
    private const string SegmentEnding = ".segment";
    private const string PartEnding = ".part";

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

    public HistoryNote? Find(string database)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(NoteOf(database)), HistoryJson.Default.HistoryNote);
        }
        catch (Exception e) when (DiskErrors.IsOne(e) || e is JsonException)
        {
            return null; // the history goes on with a new generation
        }
    }

    /// <summary>Writes a note over the one that there is. Throws nothing: with none, or an old one, what was shipped since is shipped again, or the history goes on with a new generation.</summary>
    public void Write(string database, HistoryNote note)
    {
        var part = NewPath();
        try
        {
            File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(note, HistoryJson.Default.HistoryNote));
            SpoolDirectory.Sync(part);
            File.Move(part, NoteOf(database), overwrite: true);
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            Remove(part);
        }
    }

    /// <summary>While nothing is shipped nobody notes what is written: a history that goes on later begins anew.</summary>
    public void ForgetAll()
    {
        if (!Directory.Exists(path))
            return;
        foreach (var note in Directory.EnumerateFiles(path, "*.json"))
            File.Delete(note);
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

    private string NoteOf(string database) => Path.Combine(path, $"{database}.json");
}
