using System.Globalization;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Reads the tables of a database from the server's own catalogue and from what Nebula keeps of them.</summary>
internal static class SchemaReader
{
    /// <summary>Reads everything in one snapshot; null where the database has not been made yet.</summary>
    public static async ValueTask<DatabaseCatalog?> ReadAsync(NpgsqlConnection connection, PostgresDialect dialect, DatabaseCatalog? previous, CancellationToken ct)
    {
        // Asked first: a statement about a table that is not there would fail, and the transaction with it.
        await using (var select = new NpgsqlCommand(SchemaSql.SelectIsThere, connection) { Parameters = { Binding.Of(dialect.Schema) } })
        {
            if (await select.ExecuteScalarAsync(ct) is not > 0L)
                return null;
        }

        return await ReadAsync(connection, dialect, previous, SchemaSql.Begin, SchemaSql.End, ct);
    }

    /// <summary>The same in the open transaction, which sees what it changed itself.</summary>
    public static ValueTask<DatabaseCatalog> ReadWithinAsync(NpgsqlConnection connection, PostgresDialect dialect, DatabaseCatalog? previous, CancellationToken ct) =>
        ReadAsync(connection, dialect, previous, begin: null, end: null, ct);

    /// <summary>The version alone; null where the database has not been made yet.</summary>
    public static async ValueTask<long?> ReadVersionAsync(NpgsqlConnection connection, PostgresDialect dialect, CancellationToken ct)
    {
        try
        {
            await using var select = new NpgsqlCommand(SchemaSql.SelectVersion(dialect), connection);
            return (long?)await select.ExecuteScalarAsync(ct);
        }
        catch (PostgresException e) when (PostgresErrors.IsStale(e))
        {
            PostgresServer.ForgetPlans(connection);
            return null;
        }
    }

    private static async ValueTask<DatabaseCatalog> ReadAsync(NpgsqlConnection connection, PostgresDialect dialect, DatabaseCatalog? previous, string? begin, string? end, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (begin is not null)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(begin));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SchemaSql.SelectVersion(dialect)));
        foreach (var sql in new[] { SchemaSql.SelectKeepsLog, SchemaSql.SelectTables(dialect), SchemaSql.SelectColumns, SchemaSql.SelectIndexes, SchemaSql.SelectForeignKeys })
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { Binding.Of(dialect.Schema) } });
        if (end is not null)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(end));

        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        var version = rows.GetInt64(0);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var keepsLog = rows.GetInt64(0) > 0;
        var tables = await ReadTablesAsync(rows, ct);
        await rows.NextResultAsync(ct); // so that a fault at the end is not missed

        var known = previous?.Entries.ToDictionary(t => t.Fingerprint, StringComparer.Ordinal);
        return new DatabaseCatalog(version, [.. tables.Select(t => TableBuilder.Build(dialect, t)).Select(t => known?.GetValueOrDefault(t.Fingerprint) ?? t)], keepsLog);
    }

    private static async ValueTask<List<ServerTable>> ReadTablesAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var tables = new List<ServerTable>();
        var byNumber = new Dictionary<long, ServerTable>();
        var columns = new Dictionary<(long Table, string Number), string>();
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var table = new ServerTable(rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), Text(rows, 5));
            tables.Add(table);
            byNumber.Add(rows.GetInt64(0), table);
        }

        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            columns.Add((rows.GetInt64(0), rows.GetInt64(1).ToString(CultureInfo.InvariantCulture)), rows.GetString(2));
            if (byNumber.TryGetValue(rows.GetInt64(0), out var table))
                table.Columns.Add(new(rows.GetString(2), rows.GetString(3), rows.GetBoolean(4), Text(rows, 5), rows.GetBoolean(6), rows.GetBoolean(7)));
        }

        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (byNumber.TryGetValue(rows.GetInt64(0), out var table))
                table.Indexes.Add(new(rows.GetString(1), rows.GetBoolean(2), rows.GetString(3), rows.GetBoolean(4), [.. rows.GetString(5).Split(' ').Select(n => columns.GetValueOrDefault((rows.GetInt64(0), n)))]));
        }

        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (byNumber.TryGetValue(rows.GetInt64(0), out var table))
                table.References.Add(new(rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetString(5), rows.GetString(6)));
        }

        return tables;
    }

    private static string? Text(NpgsqlDataReader rows, int position) => rows.IsDBNull(position) ? null : rows.GetString(position);
}
