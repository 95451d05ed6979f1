using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Reads one record by its key.</summary>
internal static class PointRead
{
    public static async ValueTask<Result<Record>> GetAsync(
        NpgsqlConnection connection, (CatalogTable Entry, RecordId Id, IReadOnlyList<Column>? Fields) what, CancellationToken ct)
    {
        var (entry, id, fields) = what;
        await using var get = new NpgsqlCommand(entry.Sql.Get, connection);
        Binding.Add(get.Parameters, entry.Table, id);
        await using var rows = await get.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
            return RecordErrors.NotFound(id);
        using var buffer = new RowBuffer(rows);
        var record = StoredRecord.Read<PostgresRow, StoredValue>(entry.Table, entry.Json, new PostgresRow(buffer));
        if (fields is null)
            return record;

        // The tag is of all columns, so the row is written in full first.
        var some = new Utf8Buffer();
        RowJson.OfSome(fields).Write<PostgresRow, StoredValue>(some, new PostgresRow(buffer));
        record.Dispose();
        return new Record(id, some, record.Tag);
    }
}
