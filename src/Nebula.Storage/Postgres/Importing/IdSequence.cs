using System.Globalization;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>The sequence that a table's ids come from.</summary>
internal static class IdSequence
{
    /// <summary>Sees to it that no id up to one that was given is assigned later. Does nothing for 0.</summary>
    public static async ValueTask AdvanceAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, long largestGiven, CancellationToken ct)
    {
        if (largestGiven <= 0 || await FindAsync(connection, dialect, table, ct) is not var (name, last) || last >= largestGiven)
            return;

        // Nobody takes a number until the transaction ends: else one that is taken at this moment could be taken again.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"ALTER SEQUENCE {name} CACHE 1"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(
            CultureInfo.InvariantCulture, $"SELECT setval({PostgresLiteral.Text(name)}, greatest({largestGiven}, coalesce(pg_sequence_last_value({PostgresLiteral.Text(name)}), 1)))")));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The last number that was given; 0 for none.</summary>
    public static async ValueTask<long> LastAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, CancellationToken ct) =>
        await FindAsync(connection, dialect, table, ct) is (_, var last) ? last : 0;

    /// <summary>The sequence's name, quoted, and the last number that it gave.</summary>
    private static async ValueTask<(string Name, long Last)?> FindAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand(
            "SELECT s.name, coalesce(pg_sequence_last_value(s.name::regclass), 0) FROM (SELECT pg_get_serial_sequence($1, $2) AS name) s WHERE s.name IS NOT NULL", connection);
        find.Parameters.Add(Binding.Of(dialect.Table(table.Name)));
        find.Parameters.Add(Binding.Of(table.Key?.Name ?? TableDefinition.Id));
        await using var rows = await find.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? (rows.GetString(0), rows.GetInt64(1)) : null;
    }
}
