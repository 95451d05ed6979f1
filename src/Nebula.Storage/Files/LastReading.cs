namespace Nebula.Storage.Files;

/// <summary>Reads a file, which is gone when this is closed.</summary>
internal sealed class LastReading(string file) : FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0, FileOptions.SequentialScan)
{
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        try
        {
            GradualRemoval.Remove(Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }
}
