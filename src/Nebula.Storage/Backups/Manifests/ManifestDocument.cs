namespace Nebula.Storage.Backups.Manifests;

/// <summary>A manifest as it stands in its object. Whatever is read can be missing.</summary>
internal sealed record ManifestDocument(
    int FormatVersion, string? Id, string? Version, string? Engine, string? CreatedAt, string? Scope, FileDocument? Metadata, IReadOnlyList<DatabaseDocument>? Databases, IReadOnlyList<SkippedDocument>? Skipped);

internal sealed record DatabaseDocument(long Id, string? OwnerId, string? OwnerEmail, string? Name, FileDocument? File);

internal sealed record FileDocument(long Bytes, long StoredBytes, string? Sha256, IReadOnlyDictionary<string, long>? Tables);

internal sealed record SkippedDocument(string? Database, string? Reason);
