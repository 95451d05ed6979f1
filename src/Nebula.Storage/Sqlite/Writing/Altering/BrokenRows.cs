using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Altering;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Looks for the records that stand in the way of an alteration.</summary>
internal sealed class BrokenRows(Connection connection, Table shape)
{
    public ObstacleReport Report { get; } = new(shape);

    /// <summary>What stands in the way, or null.</summary>
    public Error? Error => Report.Error;

    public void Add(Obstacle obstacle)
    {
        var count = connection.ExecuteInteger(ObstacleReport.Count(obstacle));
        if (count > 0)
            Report.Add(obstacle, count, Report.First(obstacle) is { } first ? Ids(first) : []);
    }

    private List<string> Ids(string first)
    {
        var ids = new List<string>();
        var select = connection.Prepare(first);
        try
        {
            while (select.Step())
                ids.Add(Report.IdOf<StatementRow, ColumnValue>(new(select)));
        }
        finally
        {
            select.Reset();
        }

        return ids;
    }
}
