using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>The backups that there are, the newest first.</summary>
internal sealed record BackupListView([property: JsonPropertyName("backups")] IReadOnlyList<BackupView> Backups)
{
    public static Result<BackupListView> Of(Result<IReadOnlyList<BackupSummary>> outcome) =>
        outcome.TryGet(out var backups, out var error) ? new BackupListView([.. backups.Select(BackupView.Of)]) : error;
}
