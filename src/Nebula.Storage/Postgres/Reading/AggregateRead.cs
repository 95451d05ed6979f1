using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Reads the groups of an aggregate.</summary>
internal static class AggregateRead
{
    public static async ValueTask<Result<GroupRows>> RunAsync(NpgsqlConnection connection, (CatalogTable Entry, AggregateQuery Query) what, CancellationToken ct)
    {
        var (sql, parameters) = AggregateSql.Write(what.Entry.Dialect, what.Entry.Table, what.Query);
        var json = RowJson.Of(what.Query.Outputs);
        var groups = new Utf8Buffer(4096);
        try
        {
            await using var select = new NpgsqlCommand(sql, connection);
            Binding.Add(select.Parameters, parameters);
            await using var rows = await select.ExecuteReaderAsync(ct);
            using var buffer = new RowBuffer(rows);
            while (await rows.ReadAsync(ct))
            {
                if (groups.Length > 0)
                    groups.Write((byte)',');
                json.Write<PostgresRow, StoredValue>(groups, new PostgresRow(buffer));
                if (groups.Length <= PageBound.MaxBytes)
                    continue;
                groups.Dispose();
                return PageBound.TooLarge;
            }

            return new GroupRows(groups);
        }
        catch
        {
            groups.Dispose();
            throw;
        }
    }
}
