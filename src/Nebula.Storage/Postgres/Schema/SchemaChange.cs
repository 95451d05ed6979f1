using Nebula.Core;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>What a change of a database's schema sees and does: one transaction, which nobody else's change comes into.</summary>
internal sealed class SchemaChange(NpgsqlConnection connection, PostgresDialect dialect, DatabaseCatalog catalog)
{
    public NpgsqlConnection Connection => connection;

    public PostgresDialect Dialect => dialect;

    /// <summary>The tables as they were when the change began.</summary>
    public DatabaseCatalog Catalog => catalog;

    /// <summary>Whether everything is as it is to be already, so that no other server need hear of it. Set by the change.</summary>
    public bool ChangesNothing { get; set; }

    public async Task ExecuteAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken ct)
    {
        await using var command = Command(sql, [.. parameters]);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Several statements in one round trip.</summary>
    public async Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken ct)
    {
        if (statements.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var sql in statements)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The first column of the first row, as a number; 0 for none.</summary>
    public Task<long> CountAsync(string sql, CancellationToken ct) => CountAsync(sql, [], ct);

    /// <summary>The same of a statement with values.</summary>
    public async Task<long> CountAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken ct)
    {
        await using var command = Command(sql, [.. parameters]);
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct) ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The first column of every row.</summary>
    public async Task<List<string>> TextsAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken ct)
    {
        var found = new List<string>();
        await using var command = Command(sql, [.. parameters]);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            found.Add(rows.GetString(0));
        return found;
    }

    /// <summary>A statement of any length: what bounds a change is how long it waits for its locks.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Whether something in the schema has a name already, compared without case: tables, indexes, sequences and views are one set of names.</summary>
    public async Task<bool> IsTakenAsync(string name, CancellationToken ct) => await CountAsync(
        "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = $1 AND lower(c.relname) = lower($2)",
        [Values.Binding.Of(dialect.Schema), Values.Binding.Of(name)], ct) > 0;

    /// <summary>What there is in the way of a name, said to a client.</summary>
    public static Error Taken(string code, string name) => new(code, $"The database has something else named '{name}' already.");
}
