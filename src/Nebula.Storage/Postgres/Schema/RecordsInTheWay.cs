using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Altering;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Looks for the records that stand in the way of an alteration, in its transaction.</summary>
internal static class RecordsInTheWay
{
    /// <summary>Nulls, duplicates, and values that can't be converted or break a check. The table has its new names by now, and its old columns.</summary>
    public static async Task<Error?> FindAsync(SchemaChange change, TableAlteration alteration, CancellationToken ct)
    {
        var report = new ObstacleReport(alteration.Shape);
        foreach (var obstacle in Obstacles.Of(change.Dialect, alteration))
            await AddAsync(change, report, obstacle, ct);
        await LookAsync(change, alteration, report, ct);
        return report.Error;
    }

    public static async Task<Error?> FindAsync(SchemaChange change, Table shape, IEnumerable<Obstacle> obstacles, CancellationToken ct)
    {
        var report = new ObstacleReport(shape);
        foreach (var obstacle in obstacles)
            await AddAsync(change, report, obstacle, ct);
        return report.Error;
    }

    private static async Task AddAsync(SchemaChange change, ObstacleReport report, Obstacle obstacle, CancellationToken ct)
    {
        var count = await change.CountAsync(ObstacleReport.Count(obstacle), ct);
        if (count == 0)
            return;
        var ids = new List<string>();
        if (report.First(obstacle) is { } first)
        {
            await using var select = change.Command(first);
            await using var rows = await select.ExecuteReaderAsync(ct);
            using var buffer = new RowBuffer(rows);
            while (await rows.ReadAsync(ct))
                ids.Add(report.IdOf<PostgresRow, StoredValue>(new PostgresRow(buffer)));
        }

        report.Add(obstacle, count, ids);
    }

    private static async Task LookAsync(SchemaChange change, TableAlteration alteration, ObstacleReport report, CancellationToken ct)
    {
        var columns = AlteredValues.Of(alteration);
        if (columns.Count == 0)
            return;
        var keys = alteration.Shape.KeyColumns.Count;
        await using var select = change.Command(
            $"SELECT {report.Key}, {string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)))} FROM {change.Dialect.Table(alteration.Shape.Name)} ORDER BY {report.Key}");
        await using var rows = await select.ExecuteReaderAsync(ct);
        using var buffer = new RowBuffer(rows);
        while (await rows.ReadAsync(ct))
        {
            for (var i = 0; i < columns.Count; i++)
                columns[i].Look(buffer.Read(keys + i).ToTyped(), () => report.IdOf<PostgresRow, StoredValue>(new PostgresRow(buffer)));
        }

        foreach (var column in columns)
            column.Report(report);
    }
}
