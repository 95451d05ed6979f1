using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Keeps in the data directory what of a log is yet to be shipped, and copies the log into the file. Used by one at a time, while nobody of ours writes.</summary>
/// <param name="maxBytes">How much may wait.</param>
internal sealed class LogSealer(StagedSegments staged, WalStaging staging, SegmentCutter cutter, CommitTimes times, long maxBytes)
{
    public const string CopiedByAnother = "another program copied the log into the file before it was shipped";
    public const string WrittenMeanwhile = "another program wrote while the log was copied into the file";

    private const int MostAttempts = 5;

    /// <summary>Null, or why the generation can't go on. What another program commits in between would be copied without being shipped: then that is kept too, if the log still has it.</summary>
    /// <param name="path">Of the database.</param>
    /// <param name="move">Notes the position that was come to.</param>
    /// <param name="version">Tells later whether another program has committed since.</param>
    public string? Seal(Connection connection, string path, WalPosition at, Action<WalPosition> move, out long version)
    {
        version = 0;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            version = VersionOf(connection);
            if (Keep(path, ref at) is { } fault)
                return fault;
            move(at);
            var isWhole = connection.Checkpoint(CheckpointMode.Passive);
            if (VersionOf(connection) == version)
            {
                if (isWhole)
                    move(at with { EpochSegment = at.Segment });
                return null;
            }

            using var log = WalFile.TryOpen(path);
            if (at.Header is { } own && log?.Header.Raw.AsSpan().SequenceEqual(own) != true)
                break; // begun anew
        }

        return WrittenMeanwhile;
    }

    /// <summary>Another one whenever another connection has committed. How many frames a checkpoint copied would not tell of a log that was begun anew.</summary>
    public static long VersionOf(Connection connection) => connection.ExecuteInteger("PRAGMA data_version");

    private string? Keep(string path, ref WalPosition at)
    {
        try
        {
            if (!cutter.TryCutAll(path, at, isSealed: true, out var here, out var cut))
                return CopiedByAnother;
            at = here;
            if (cut is not var (segment, part, _))
                return null;
            if (staged.Bytes + segment.To - segment.From > maxBytes)
            {
                WalStaging.Remove(part);
                return "too much waits to be shipped";
            }

            staged.Add(() => staging.Keep(part, segment));
            at = here.After(segment);
            times.ForgetLog();
            cutter.Recovered = null;
            return null;
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            return "what was not shipped could not be kept in the data directory";
        }
    }
}
