using System.IO.Compression;
using System.Security.Cryptography;
using Nebula.Core.Backups;
using Nebula.Storage.Sql;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

/// <summary>A backup without encryption whose metadata somebody changed, and its manifest accordingly.</summary>
internal static class RewrittenBackup
{
    public static BackupManifest Of(BackupManifest backup, TemporaryDirectory place, Action<OtherProgram> change)
    {
        var (stored, plain) = (place.Combine("backups", backup.Id.Value, "metadata.db"), place.Combine("plain.db"));
        using (var from = new GZipStream(File.OpenRead(stored), CompressionMode.Decompress))
        using (var to = File.Create(plain))
            from.CopyTo(to);
        IReadOnlyList<BackedUpTable> tables;
        using (var file = new OtherProgram(plain))
        {
            change(file);
            tables =
            [
                .. file.Column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
                    .Select(t => new BackedUpTable(t, file.Integer($"SELECT count(*) FROM {Identifier.Quote(t)}"))),
            ];
        }

        var bytes = File.ReadAllBytes(plain);
        using (var to = new GZipStream(File.Create(stored), CompressionLevel.Fastest))
            to.Write(bytes);
        return backup with { Metadata = new BackedUpFile(bytes.Length, new FileInfo(stored).Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), tables) };
    }
}
