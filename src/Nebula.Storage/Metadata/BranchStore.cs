using System.Data.Common;
using System.Globalization;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Background;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;

namespace Nebula.Storage.Metadata;

/// <summary>Branches in the metadata.</summary>
internal sealed class BranchStore(IMetadata metadata) : IBranchStore
{
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);

    private const string Columns = "branch_id, owner_id, database_id, db_name, state, progress, code, error, created_at, updated_at, made_id";

    private readonly string _branches = metadata.Table("branches");

    public async ValueTask<DatabaseId> TakeIdAsync(CancellationToken ct) =>
        new((await metadata.WriteAsync(s => s.QueryAsync(metadata.TakingId("databases", "database_id"), r => r.GetInt64(0)), ct))[0]);

    public async ValueTask SetAsync(Branch branch, CancellationToken ct) => await metadata.WriteAsync(
        async s =>
        {
            await s.ExecuteAsync($"DELETE FROM {_branches} WHERE updated_at < @old", ("@old", Timestamps.ToText(branch.Status.UpdatedAt - _kept)));
            return await s.ExecuteAsync(
                $"""
                INSERT INTO {_branches} ({Columns}) VALUES (@id, @owner, @database, @name, @state, CAST(@progress AS double precision), @code, @error, @created, @updated, nullif(@made, 0))
                ON CONFLICT (branch_id) DO UPDATE SET state = excluded.state, progress = excluded.progress, code = excluded.code, error = excluded.error, updated_at = excluded.updated_at
                """,
                ("@id", branch.Id), ("@owner", branch.Owner.ToString()), ("@database", branch.Source.Value), ("@name", branch.Name.Value), ("@state", WorkStates.NameOf(branch.Status.State)),
                ("@progress", branch.Status.Progress?.ToString("R", CultureInfo.InvariantCulture)), ("@code", branch.Status.Failure?.Code), ("@error", branch.Status.Failure?.Message),
                ("@created", Timestamps.ToText(branch.CreatedAt)), ("@updated", Timestamps.ToText(branch.Status.UpdatedAt)), ("@made", branch.Made?.Value ?? 0L));
        },
        ct);

    public ValueTask<Branch?> FindAsync(string id, CancellationToken ct) => id.Contains('\0', StringComparison.Ordinal) // none, and none that PostgreSQL could look up
        ? new((Branch?)null)
        : metadata.ReadAsync(s => s.FindAsync($"SELECT {Columns} FROM {_branches} WHERE branch_id = @id", Map, ("@id", id)), ct);

    private static Branch Map(DbDataReader r) => new(
        r.GetString(0), new UserId(Guid.Parse(r.GetString(1))), new DatabaseId(r.GetInt64(2)), RegisteredDatabases.NameOf(r.GetString(3)),
        r.IsDBNull(10) ? null : new DatabaseId(r.GetInt64(10)), r.GetTime(8), new WorkStatus(WorkStates.Of(r.GetString(4)), r.GetTime(9))
        {
            Progress = r.IsDBNull(5) ? null : r.GetDouble(5),
            Failure = r.IsDBNull(6) ? null : new Error(r.GetString(6), r.GetString(7)),
        });
}
