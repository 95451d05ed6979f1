using System.Text.Json.Serialization;
using Nebula.Core.Backups;

namespace Nebula.Api.Databases.Backups;

/// <summary>The backups of a database, the newest first.</summary>
internal sealed record DatabaseBackupListAnswer([property: JsonPropertyName("backups")] IReadOnlyList<DatabaseBackupView> Backups)
{
    public static DatabaseBackupListAnswer Of(IReadOnlyList<BackupSummary> backups) => new([.. backups.Select(DatabaseBackupView.Of)]);
}
