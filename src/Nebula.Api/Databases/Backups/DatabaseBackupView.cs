using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Background;
using Nebula.Core.Backups;

namespace Nebula.Api.Databases.Backups;

/// <summary>A backup of a database.</summary>
/// <param name="State"><c>complete</c>; or <c>running</c>, <c>failed</c> or <c>unreadable</c>: then the values behind it are null.</param>
/// <param name="Bytes">Of the SQLite file.</param>
/// <param name="StoredBytes">As it is kept.</param>
/// <param name="Tables">The rows of each table.</param>
/// <param name="Failure">Why it could not be made, of one that failed.</param>
internal sealed record DatabaseBackupView(
    [property: JsonPropertyName("backup_id")] string BackupId,
    [property: JsonPropertyName("created_at")] string CreatedAt,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("bytes")] long? Bytes,
    [property: JsonPropertyName("stored_bytes")] long? StoredBytes,
    [property: JsonPropertyName("rows")] long? Rows,
    [property: JsonPropertyName("tables")] IReadOnlyDictionary<string, long>? Tables,
    [property: JsonPropertyName("failure")] FailureView? Failure)
{
    public static DatabaseBackupView Of(BackupManifest backup) => new(
        backup.Id.Value, Timestamps.ToText(backup.Id.Time), "complete", backup.Databases.Sum(d => d.File.Bytes), backup.StoredBytes, backup.Rows,
        backup.Databases.SelectMany(d => d.File.Tables).ToDictionary(t => t.Name, t => t.Rows, StringComparer.Ordinal), null);

    public static DatabaseBackupView Of(BackupSummary backup) =>
        backup.Manifest is { } manifest ? Of(manifest) : WithoutContent(backup.Id, "unreadable", null);

    public static DatabaseBackupView Of(DatabaseBackup backup) => backup switch
    {
        { Made: { } made } => Of(made),
        { UnderWay: { Status.State: WorkState.Failed } failed } => WithoutContent(failed.Id, "failed", failed.Status.Failure),
        _ => WithoutContent(backup.Id, "running", null),
    };

    private static DatabaseBackupView WithoutContent(BackupId id, string state, Error? failure) => new(id.Value, Timestamps.ToText(id.Time), state, null, null, null, null, FailureView.Of(failure));
}
