using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>Reads records of one schema as they are moved. Used by one thread at a time.</summary>
internal sealed class MovedRows(MoveConnection connection, PostgresDialect dialect)
{
    public ValueTask<List<MovedRow>> ReadBlockAsync(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct)
    {
        var key = Identifier.Quote(table.Key.Name);
        var type = SqlType.Of(table.Key);
        List<string> where = [];
        List<NpgsqlParameter> parameters = [Binding.Of(limit)];
        if (after is { } from)
        {
            parameters.Add(Binding.Of(from, type));
            where.Add($"{key} > ${parameters.Count}");
        }

        if (upTo is { } to)
        {
            parameters.Add(Binding.Of(to, type));
            where.Add($"{key} <= ${parameters.Count}");
        }

        return ReadAsync(table, $"{Select(table)}{(where.Count == 0 ? "" : $" WHERE {string.Join(" AND ", where)}")} ORDER BY {key} LIMIT $1", [.. parameters], ct);
    }

    public ValueTask<List<MovedRow>> ReadRecordsAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct)
    {
        var key = Identifier.Quote(table.Key.Name);
        return ReadAsync(table, $"{Select(table)} WHERE {key} = ANY ($1) ORDER BY {key}", [Keys(table, keys)], ct);
    }

    /// <summary>Keys as one parameter.</summary>
    public static NpgsqlParameter Keys(MovedTable table, IReadOnlyList<TypedValue> keys) => table.Key.Type == ColumnType.Integer
        ? new NpgsqlParameter<long[]> { TypedValue = [.. keys.Select(k => k.Integer)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint }
        : new NpgsqlParameter<Guid[]> { TypedValue = [.. keys.Select(k => Guid.Parse(k.Bytes.Span))], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private string Select(MovedTable table) => $"SELECT {string.Join(", ", table.Table.Columns.Select(c => Identifier.Quote(c.Name)))} FROM {dialect.Table(table.Table.Name)}";

    private ValueTask<List<MovedRow>> ReadAsync(MovedTable table, string sql, NpgsqlParameter[] parameters, CancellationToken ct) => MoveConnection.GuardedAsync(async token =>
    {
        await using var command = connection.Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(token);
        using var buffer = new RowBuffer(reader);
        var rows = new List<MovedRow>();
        while (await reader.ReadAsync(token))
        {
            var values = new TypedValue[table.Table.Columns.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = buffer.Read(i).ToTyped();
            rows.Add(new MovedRow(values[table.Key.Ordinal], values));
        }

        return rows;
    }, ct);
}
