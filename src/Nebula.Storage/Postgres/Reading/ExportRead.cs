using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Reads one part of an export, by the key: a snapshot that is held as long as a slow client reads would keep the server from cleaning up.</summary>
internal static class ExportRead
{
    public static async ValueTask<Result<ExportPosition?>> ReadAsync(
        NpgsqlConnection connection, (CatalogTable Entry, ExportQuery Query, ExportPosition? After, Utf8Buffer Rows) what, CancellationToken ct)
    {
        var (entry, query, after, lines) = what;
        if (entry.RowKey is not { Count: > 0 } order)
            return RecordErrors.WithoutOrder(entry.Table);

        // Over a connection that broke, a part may be begun twice.
        var start = lines.Length;
        try
        {
            var part = new ExportPart(query, lines);
            if (after is null)
                part.Begin();
            var parameters = new SqlParameters(entry.Dialect);
            await using var select = new NpgsqlCommand(ExportSql.Write(entry.Dialect, entry.Table, query, order, after, ExportPart.MaxRows, parameters), connection);
            Binding.Add(select.Parameters, parameters.Values);
            await using var rows = await select.ExecuteReaderAsync(ct);
            using var buffer = new RowBuffer(rows);
            while (await rows.ReadAsync(ct))
            {
                if (part.Add<PostgresRow, StoredValue>(new PostgresRow(buffer)))
                    return new ExportPosition([.. order.Select((_, i) => buffer.Read(query.Fields.Count + i).ToTyped())]);
            }

            return Result.Success<ExportPosition?>(null);
        }
        catch
        {
            lines.Truncate(start);
            throw;
        }
    }
}
