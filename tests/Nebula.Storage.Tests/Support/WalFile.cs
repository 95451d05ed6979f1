using System.Buffers.Binary;

namespace Nebula.Storage.Tests.Support;

/// <summary>A write-ahead log as it lies on disk. Source: https://sqlite.org/fileformat2.html#the_write_ahead_log.</summary>
public static class WalFile
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;

    /// <summary>How many transactions were committed since the log was last begun anew.</summary>
    public static int Commits(string databasePath) => Frames(databasePath).Count(f => f.IsCommit);

    private static IEnumerable<(long End, bool IsCommit)> Frames(string databasePath)
    {
        using var file = new FileStream($"{databasePath}-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        var bytes = copy.ToArray();
        var pageSize = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        var salt = bytes[16..24];
        for (var at = HeaderLength; at + FrameHeaderLength + pageSize <= bytes.Length; at += FrameHeaderLength + pageSize)
        {
            // Frames of an earlier round still lie behind those of this one.
            if (!bytes.AsSpan(at + 8, 8).SequenceEqual(salt))
                yield break;
            yield return (at + FrameHeaderLength + pageSize, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)) != 0);
        }
    }
}
