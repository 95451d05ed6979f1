namespace Nebula.Storage.Moving;

/// <summary>How many records to read at once: as many as take a few megabytes, judged by those that were read last.</summary>
internal sealed class BlockSize
{
    private const int First = 32;
    private const int Most = 4096;
    private const long Bytes = 4 * 1024 * 1024;

    public int Limit { get; private set; } = First;

    /// <summary>Grows slowly, since large records often come together, and shrinks at once.</summary>
    public void Learn(IReadOnlyList<MovedRow> rows)
    {
        if (rows.Count > 0)
            Limit = (int)Math.Clamp(Bytes / Math.Max(1, rows.Sum(r => r.Bytes) / rows.Count), 1, Math.Min(Most, Limit * 4L));
    }
}
