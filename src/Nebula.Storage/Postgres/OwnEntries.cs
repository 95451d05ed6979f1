using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>The entries of databases on the server that holds the metadata too: asked and noted in the transaction of what is done.</summary>
internal sealed class OwnEntries(PostgresServer server, TimeProvider clock) : DatabaseEntries
{
    public override async ValueTask<Result<DatabaseState>> LockAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("SELECT state, placement FROM nebula.databases WHERE database_id = $1 AND state <> 'deleting' FOR NO KEY UPDATE", connection);
        select.Parameters.Add(Binding.Of(id.Value));
        await using var rows = await select.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
            return NotFound;
        return IsElsewhere(rows.GetString(1)) ? Error.StaleTable : Enum.Parse<DatabaseState>(rows.GetString(0), ignoreCase: true);
    }

    public override async ValueTask NoteAsync(NpgsqlConnection connection, DatabaseId id, PostgresDialect dialect, CancellationToken ct)
    {
        await using var update = new NpgsqlCommand(
            $"UPDATE nebula.databases SET state = 'created', tables = (SELECT count(*) FROM {dialect.Table(OwnTables.Tables)}), updated_at = $2 WHERE database_id = $1", connection);
        update.Parameters.Add(Binding.Of(id.Value));
        update.Parameters.Add(Binding.Of(Timestamps.ToText(clock.GetUtcNow())));
        await update.ExecuteNonQueryAsync(ct);
    }

    public override async ValueTask<bool> IsElsewhereAsync(DatabaseId id, CancellationToken ct)
    {
        await using var connection = await server.OpenAsync(ct);
        await using var select = new NpgsqlCommand("SELECT placement FROM nebula.databases WHERE database_id = $1 AND state <> 'deleting'", connection);
        select.Parameters.Add(Binding.Of(id.Value));
        return await select.ExecuteScalarAsync(ct) is string placement && IsElsewhere(placement);
    }

    private static bool IsElsewhere(string placement) => placement != PlacementName.Postgres.Value;
}
