namespace Nebula.Core.Backups;

/// <summary>A SQLite file of a backup, as it was found when it was read back after writing.</summary>
/// <param name="Bytes">Before compression.</param>
/// <param name="StoredBytes">As it is kept.</param>
/// <param name="Sha256">Of the file, in hexadecimal digits.</param>
public sealed record BackedUpFile(long Bytes, long StoredBytes, string Sha256, IReadOnlyList<BackedUpTable> Tables)
{
    public long Rows => Tables.Sum(t => t.Rows);
}
