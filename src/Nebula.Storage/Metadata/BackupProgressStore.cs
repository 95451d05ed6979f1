using System.Data.Common;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Background;
using Nebula.Core.Backups;
using Nebula.Core.Databases;

namespace Nebula.Storage.Metadata;

/// <summary>How far backups of owners are, in the metadata.</summary>
internal sealed class BackupProgressStore(IMetadata metadata) : IBackupProgressStore
{
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);

    private const string Columns = "backup_id, owner_id, database_id, state, code, error, updated_at";

    private readonly string _backups = metadata.Table("backups_under_way");

    public async ValueTask SetAsync(BackupUnderWay backup, CancellationToken ct) => await metadata.WriteAsync(
        async s =>
        {
            await s.ExecuteAsync($"DELETE FROM {_backups} WHERE updated_at < @old", ("@old", Timestamps.ToText(backup.Status.UpdatedAt - _kept)));
            return await s.ExecuteAsync(
                $"""
                INSERT INTO {_backups} ({Columns}) VALUES (@id, @owner, @database, @state, @code, @error, @updated)
                ON CONFLICT (backup_id) DO UPDATE SET state = excluded.state, code = excluded.code, error = excluded.error, updated_at = excluded.updated_at
                """,
                ("@id", backup.Id.Value), ("@owner", backup.Owner.ToString()), ("@database", backup.Database.Value), ("@state", WorkStates.NameOf(backup.Status.State)),
                ("@code", backup.Status.Failure?.Code), ("@error", backup.Status.Failure?.Message), ("@updated", Timestamps.ToText(backup.Status.UpdatedAt)));
        },
        ct);

    public async ValueTask RemoveAsync(BackupId id, CancellationToken ct) => await metadata.WriteAsync(s => s.ExecuteAsync($"DELETE FROM {_backups} WHERE backup_id = @id", ("@id", id.Value)), ct);

    public ValueTask<BackupUnderWay?> FindAsync(BackupId id, CancellationToken ct) =>
        metadata.ReadAsync(s => s.FindAsync($"SELECT {Columns} FROM {_backups} WHERE backup_id = @id", r => Map(id, r), ("@id", id.Value)), ct);

    private static BackupUnderWay Map(BackupId id, DbDataReader r) => new(
        id, new UserId(Guid.Parse(r.GetString(1))), new DatabaseId(r.GetInt64(2)), new WorkStatus(WorkStates.Of(r.GetString(3)), r.GetTime(6))
        {
            Failure = r.IsDBNull(4) ? null : new Error(r.GetString(4), r.GetString(5)),
        });
}
