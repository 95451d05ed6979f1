using System.Globalization;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>The sequence that a table's ids come from.</summary>
internal static class IdSequence
{
    /// <summary>Sees to it that no id up to one that was given is assigned later. Does nothing for 0. Undone with the transaction, or the savepoint, that it is in.</summary>
    public static async ValueTask AdvanceAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, long largestGiven, CancellationToken ct)
    {
        if (largestGiven <= 0 || await FindAsync(connection, dialect, table, ct) is not { } name || await LastAsync(connection, name, ct) >= largestGiven)
            return;

        // Nobody takes a number until the transaction ends: else one that is taken at this moment could be taken again. What it reads behind the lock is the last that anybody took.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"ALTER SEQUENCE {name} CACHE 1"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(
            CultureInfo.InvariantCulture, $"SELECT setval({PostgresLiteral.Text(name)}, greatest({largestGiven}, coalesce(pg_sequence_last_value({PostgresLiteral.Text(name)}), 1)))")));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The last number that was given; 0 for none.</summary>
    public static async ValueTask<long> LastAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, CancellationToken ct) =>
        await FindAsync(connection, dialect, table, ct) is { } name ? await LastAsync(connection, name, ct) : 0;

    /// <summary>By a look as at a table. PostgreSQL's own function would keep a lock until the transaction ends, and two that both had it would each wait for the other to let it advance the sequence.</summary>
    private static async ValueTask<long> LastAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var look = new NpgsqlCommand($"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}", connection);
        return (long)(await look.ExecuteScalarAsync(ct) ?? throw new InvalidOperationException("A sequence has one row."));
    }

    /// <summary>The sequence's name, quoted.</summary>
    private static async ValueTask<string?> FindAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand("SELECT pg_get_serial_sequence($1, $2)", connection);
        find.Parameters.Add(Binding.Of(dialect.Table(table.Name)));
        find.Parameters.Add(Binding.Of(table.Key?.Name ?? TableDefinition.Id));
        return await find.ExecuteScalarAsync(ct) as string;
    }
}
