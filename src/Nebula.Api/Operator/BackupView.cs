using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>A backup.</summary>
/// <param name="Database">The only one; null for a backup of everything.</param>
/// <param name="Skipped">The databases that it lacks, each with the reason.</param>
/// <param name="Fault">Why it can't be read; the other values mean nothing then.</param>
internal sealed record BackupView(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("engine")] string Engine,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("database")] string? Database,
    [property: JsonPropertyName("databases")] int Databases,
    [property: JsonPropertyName("rows")] long Rows,
    [property: JsonPropertyName("stored_bytes")] long StoredBytes,
    [property: JsonPropertyName("skipped")] IReadOnlyList<string> Skipped,
    [property: JsonPropertyName("fault")] string? Fault)
{
    public static BackupView Of(BackupManifest backup) => new(
        backup.Id.Value, backup.Engine, backup.Version, backup.IsOfAll ? null : backup.Databases[0].FullName, backup.Databases.Count, backup.Rows, backup.StoredBytes,
        [.. backup.Skipped.Select(s => $"{s.Database}: {s.Reason}")], null);

    public static BackupView Of(BackupSummary backup) =>
        backup.Manifest is { } manifest ? Of(manifest) : new(backup.Id.Value, "", "", null, 0, 0, 0, [], backup.Fault ?? "It can't be read.");

    public static Result<BackupView> Of(Result<BackupManifest> outcome) => outcome.TryGet(out var backup, out var error) ? Of(backup) : error;
}
