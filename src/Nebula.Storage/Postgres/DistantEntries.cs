using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Metadata;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>
/// The entries of databases on a server that does not hold the metadata. They can't be locked together with the schema, so a crash can leave the number of tables behind the truth until the next change; what
/// must not happen at once, a removal and a first use, leaves at worst an empty schema, whose name is never used again.
/// </summary>
internal sealed class DistantEntries(IMetadata metadata, PlacementName placement, TimeProvider clock) : DatabaseEntries
{
    private readonly string _databases = metadata.Table("databases");

    public override async ValueTask<Result<DatabaseState>> LockAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct) => await FindAsync(id, ct) switch
    {
        null => NotFound,
        { } found when found.Placement != placement.Value => Error.StaleTable,
        { } found => found.State,
    };

    public override async ValueTask NoteAsync(NpgsqlConnection connection, DatabaseId id, PostgresDialect dialect, CancellationToken ct)
    {
        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {dialect.Table(OwnTables.Tables)}", connection);
        var tables = await count.ExecuteScalarAsync(ct) is long number ? number : 0;
        await metadata.WriteAsync(
            s => s.ExecuteAsync(
                $"UPDATE {_databases} SET state = 'created', tables = @tables, updated_at = @now WHERE database_id = @id AND state <> 'deleting'",
                ("@id", id.Value), ("@tables", tables), ("@now", Timestamps.ToText(clock.GetUtcNow()))),
            ct);
    }

    /// <summary>Whoever heard of the note before the commit may have read the old schema again.</summary>
    public override async ValueTask TellAsync(DatabaseId id, CancellationToken ct)
    {
        try
        {
            await metadata.WriteAsync(
                s => s.ExecuteAsync($"UPDATE {_databases} SET updated_at = @now WHERE database_id = @id", ("@id", id.Value), ("@now", Timestamps.ToText(clock.GetUtcNow()))), ct);
        }
        catch (UnavailableException)
        {
            // The change is made. A server that missed it finds out at its next write there, as every write names the version of the schema that it was made for.
        }
    }

    public override async ValueTask<bool> IsElsewhereAsync(DatabaseId id, CancellationToken ct) => await FindAsync(id, ct) is { } found && found.Placement != placement.Value;

    private async ValueTask<Entry?> FindAsync(DatabaseId id, CancellationToken ct) => await metadata.ReadAsync(
        s => s.FindAsync(
            $"SELECT state, placement FROM {_databases} WHERE database_id = @id AND state <> 'deleting'",
            r => new Entry(Enum.Parse<DatabaseState>(r.GetString(0), ignoreCase: true), r.GetString(1)), ("@id", id.Value)),
        ct);

    private sealed record Entry(DatabaseState State, string Placement);
}
