using System.Globalization;
using LoadSqlite.Plan;

namespace LoadSqlite.Output;

/// <summary>What is said before and after a load.</summary>
internal sealed class Report(TextWriter output)
{
    public void Tell(LoadPlan plan, Options options)
    {
        var size = $"{Count(plan.Tables.Count, "table")}, {Count(plan.Rows, "row")}";
        output.WriteLine($"{options.File}: {size}, into the database {options.Database} at {options.Url}");
        Tell("note", plan.Notices);
        Tell("left out", plan.Refusals);
    }

    public void Tell(string what, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            output.WriteLine($"{what}: {line}");
    }

    public void Tell(IReadOnlyList<TableComparison> tables, TimeSpan loading, TimeSpan all)
    {
        var width = tables.Select(t => t.Table.Length).Append("table".Length).Max();
        output.WriteLine();
        output.WriteLine($"{"table".PadRight(width)}  rows in source  rows in Nebula  equal");
        foreach (var table in tables)
        {
            var equal = table.IsEqual ? "yes" : "NO";
            output.WriteLine($"{table.Table.PadRight(width)}  {Number(table.SourceRows),14}  {Number(table.NebulaRows),14}  {equal}");
        }

        foreach (var table in tables)
            Tell(table.Table, table.Differences);

        var rows = tables.Sum(t => t.SourceRows);
        var different = tables.Count(t => !t.IsEqual);
        var outcome = different == 0
            ? $"{Count(tables.Count, "table")}, {Count(rows, "row")} equal"
            : $"{Number(different)} of {Count(tables.Count, "table")} NOT equal";
        var rate = rows / Math.Max(loading.TotalSeconds, 0.001);
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome}; loaded in {loading.TotalSeconds:N1} s at {rate:N0} rows/s, {all.TotalSeconds:N1} s in all"));
    }

    private static string Count(long number, string what) => $"{Number(number)} {what}{(number == 1 ? "" : "s")}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
