using System.Text.Json;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage.Backups.Manifests;

/// <summary>Writes and reads manifests.</summary>
internal static class ManifestText
{
    private const string All = "all";
    private const string One = "database";

    public static byte[] Write(BackupManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(
        new ManifestDocument(
            BackupManifest.FormatVersion, manifest.Id.Value, manifest.Version, manifest.Engine, Timestamps.ToText(manifest.Id.Time), manifest.IsOfAll ? All : One,
            manifest.Metadata is null ? null : Of(manifest.Metadata),
            [.. manifest.Databases.Select(d => new DatabaseDocument(d.Id.Value, d.OwnerId.ToString(), d.OwnerEmail, d.Name.Value, Of(d.File)))],
            [.. manifest.Skipped.Select(s => new SkippedDocument(s.Database, s.Reason))]),
        ManifestJson.Default.ManifestDocument);

    /// <summary>Throws <see cref="UnreadableBackupException"/>.</summary>
    /// <param name="id">Of the backup that it has to be of.</param>
    public static BackupManifest Read(BackupId id, ReadOnlySpan<byte> utf8)
    {
        try
        {
            var document = JsonSerializer.Deserialize(utf8, ManifestJson.Default.ManifestDocument) ?? throw Wrong(id);
            if (document.FormatVersion != BackupManifest.FormatVersion)
                throw new UnreadableBackupException($"The backup {id} has the format {document.FormatVersion}, which this Nebula does not know.");
            if (document.Id != id.Value)
                throw Wrong(id);
            return new BackupManifest(
                id, document.Version ?? "", document.Engine ?? "", document.Metadata is { } metadata ? Of(id, metadata) : null,
                [.. (document.Databases ?? []).Select(d => Of(id, d))], [.. (document.Skipped ?? []).Select(s => new SkippedDatabase(s.Database ?? "", s.Reason ?? ""))]);
        }
        catch (JsonException e)
        {
            throw new UnreadableBackupException($"The manifest of the backup {id} is damaged.", e);
        }
    }

    private static FileDocument Of(BackedUpFile file) => new(file.Bytes, file.StoredBytes, file.Sha256, file.Tables.ToDictionary(t => t.Name, t => t.Rows, StringComparer.Ordinal));

    private static BackedUpFile Of(BackupId id, FileDocument? file) => file is { Sha256: { } sha256, Tables: { } tables }
        ? new BackedUpFile(file.Bytes, file.StoredBytes, sha256, [.. tables.Select(t => new BackedUpTable(t.Key, t.Value))])
        : throw Wrong(id);

    private static BackedUpDatabase Of(BackupId id, DatabaseDocument database) =>
        UserId.TryParse(database.OwnerId, out var owner) && DatabaseName.Parse(database.Name).TryGet(out var name, out _)
            ? new BackedUpDatabase(new DatabaseId(database.Id), owner, database.OwnerEmail ?? "", name, Of(id, database.File))
            : throw Wrong(id);

    private static UnreadableBackupException Wrong(BackupId id) => new($"The manifest of the backup {id} is not one, or is of another backup.");
}
