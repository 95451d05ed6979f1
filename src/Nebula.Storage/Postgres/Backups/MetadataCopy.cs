using Microsoft.Data.Sqlite;
using Nebula.Storage.Backups;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Metadata;
using Npgsql;

namespace Nebula.Storage.Postgres.Backups;

/// <summary>Copies the metadata, table by table, between PostgreSQL and a SQLite file with the same tables. In the open transaction of the connection. Used once.</summary>
internal sealed class MetadataCopy(NpgsqlConnection connection, string path)
{
    /// <summary>Into a file that has the tables, and nothing in them.</summary>
    public async ValueTask SaveAsync(CancellationToken ct)
    {
        using var file = MetadataFile.Open(path, SqliteOpenMode.ReadWrite);
        using var transaction = file.BeginTransaction();
        foreach (var table in MetadataFile.ListTables(file, "main"))
        {
            var known = await ColumnsOfAsync(table.Name, ct);
            string[] taken = [.. table.Columns.Where(known.Contains)];
            await SaveAsync(file, table.Name, taken, known.Contains("rowid") ? "rowid" : taken[0], ct);
            foreach (var (_, last) in await SequencesAsync(table.Name, taken, ct))
                SetLast(file, table.Name, last);
        }

        transaction.Commit();
    }

    /// <summary>Out of a file whose tables and columns are those of the migrations.</summary>
    public async ValueTask LoadAsync(CancellationToken ct)
    {
        using var file = MetadataFile.Open(path, SqliteOpenMode.ReadOnly);
        var tables = MetadataFile.ListTables(file, "main");

        // What is there although there are no accounts is of nobody.
        foreach (var table in tables.Reverse())
        {
            await using var delete = new NpgsqlCommand($"DELETE FROM {Of(table.Name)}", connection);
            await delete.ExecuteNonQueryAsync(ct);
        }

        foreach (var table in tables)
        {
            var known = await ColumnsOfAsync(table.Name, ct);
            string[] taken = [.. table.Columns.Where(known.Contains)];
            await LoadAsync(file, table, taken, ct);
            foreach (var (column, last) in await SequencesAsync(table.Name, taken, ct))
                await AdvanceAsync(file, table.Name, column, last, ct);
        }
    }

    private async ValueTask SaveAsync(SqliteConnection file, string table, string[] columns, string order, CancellationToken ct)
    {
        var present = table == "databases" ? " WHERE state <> 'deleting'" : "";
        await using var select = new NpgsqlCommand($"SELECT {List(columns)} FROM {Of(table)}{present} ORDER BY {Identifier.Quote(order)}", connection) { CommandTimeout = 0 };
        await using var rows = await select.ExecuteReaderAsync(ct);
        using var insert = file.CreateCommand();
        insert.CommandText = $"INSERT INTO {Identifier.Quote(table)} ({List(columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@{i}"))})";
        foreach (var i in Enumerable.Range(0, columns.Length))
            insert.Parameters.Add(new SqliteParameter($"@{i}", null));
        while (await rows.ReadAsync(ct))
        {
            for (var i = 0; i < columns.Length; i++)
                insert.Parameters[i].Value = rows.GetValue(i);
            insert.ExecuteNonQuery();
        }
    }

    private async ValueTask LoadAsync(SqliteConnection file, MetadataTable table, string[] columns, CancellationToken ct)
    {
        var list = List(columns);
        using var select = file.CreateCommand();
        select.CommandText = $"SELECT {list} FROM {Identifier.Quote(table.Name)} ORDER BY {table.Order}";
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            await using var insert = new NpgsqlCommand($"INSERT INTO {Of(table.Name)} ({list}) OVERRIDING SYSTEM VALUE VALUES ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})", connection);
            for (var i = 0; i < columns.Length; i++)
                insert.Parameters.Add(new NpgsqlParameter { Value = rows.GetValue(i) });
            await insert.ExecuteNonQueryAsync(ct);
        }
    }

    private static string Of(string table) => $"nebula.{Identifier.Quote(table)}";

    private static string List(string[] columns) => string.Join(", ", columns.Select(Identifier.Quote));

    private async ValueTask<HashSet<string>> ColumnsOfAsync(string table, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'nebula' AND table_name = $1", connection);
        select.Parameters.Add(Binding.Of(table));
        await using var rows = await select.ExecuteReaderAsync(ct);
        var columns = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync(ct))
            columns.Add(rows.GetString(0));
        return columns;
    }

    /// <summary>The columns that a sequence numbers, and the last number that it gave.</summary>
    private async ValueTask<List<(string Column, long Last)>> SequencesAsync(string table, string[] columns, CancellationToken ct)
    {
        var found = new List<(string Column, long Last)>();
        foreach (var column in columns)
        {
            await using var select = new NpgsqlCommand("SELECT coalesce(pg_sequence_last_value(s.name::regclass), 0) FROM (SELECT pg_get_serial_sequence($1, $2) AS name) s WHERE s.name IS NOT NULL", connection);
            select.Parameters.Add(Binding.Of(Of(table)));
            select.Parameters.Add(Binding.Of(column));
            if (await select.ExecuteScalarAsync(ct) is long last)
                found.Add((column, last));
        }

        return found;
    }

    /// <summary>So that no id is given again that was given before.</summary>
    private static void SetLast(SqliteConnection file, string table, long last)
    {
        file.Execute("DELETE FROM sqlite_sequence WHERE name = $table", ("$table", table));
        file.Execute("INSERT INTO sqlite_sequence (name, seq) VALUES ($table, $last)", ("$table", table), ("$last", last));
    }

    private async ValueTask AdvanceAsync(SqliteConnection file, string table, string column, long last, CancellationToken ct)
    {
        var saved = file.Query("SELECT seq FROM sqlite_sequence WHERE name = $table", r => r.GetInt64(0), ("$table", table)).FirstOrDefault();
        if (saved <= last)
            return;
        await using var set = new NpgsqlCommand("SELECT setval(pg_get_serial_sequence($1, $2)::regclass, $3)", connection);
        set.Parameters.Add(Binding.Of(Of(table)));
        set.Parameters.Add(Binding.Of(column));
        set.Parameters.Add(Binding.Of(saved));
        await set.ExecuteScalarAsync(ct);
    }
}
