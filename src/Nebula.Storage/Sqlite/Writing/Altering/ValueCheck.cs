using Nebula.Core.Tables;
using Nebula.Storage.Altering;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Reads the values of columns that change their type or get another check.</summary>
internal static class ValueCheck
{
    public static void Run(Connection connection, TableAlteration alteration, ObstacleReport report)
    {
        var columns = AlteredValues.Of(alteration);
        if (columns.Count == 0)
            return;
        var keys = alteration.Shape.KeyColumns.Count;
        var select = connection.Prepare(
            $"SELECT {report.Key}, {string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)))} FROM {Identifier.Quote(alteration.Shape.Name)} ORDER BY {report.Key}");
        try
        {
            while (select.Step())
            {
                for (var i = 0; i < columns.Count; i++)
                    columns[i].Look(select.Value(keys + i).ToTyped(), () => report.IdOf<StatementRow, ColumnValue>(new(select)));
            }
        }
        finally
        {
            select.Reset();
        }

        foreach (var column in columns)
            column.Report(report);
    }
}
