using Nebula.Ladder.Measuring;

namespace Nebula.Ladder.Report;

/// <summary>A line of the table of ratios.</summary>
/// <param name="Target">Null where none is set.</param>
/// <param name="IsAtMost">Whether less is better.</param>
/// <param name="IsNativeOnly">Whether it is set for the native build alone.</param>
/// <param name="MeasureCpu">The same ratio by processor time.</param>
internal sealed record Goal(
    string Title, Func<Figures, double?> Measure, double? Target = null, bool IsAtMost = false, bool IsNativeOnly = false, string Format = "F2", string Unit = "",
    Func<Figures, double?>? MeasureCpu = null)
{
    /// <summary>The goals are set for this many.</summary>
    private const int Connections = 64;

    public static IReadOnlyList<Goal> All { get; } =
    [
        Ratio("get one, key: L4/L2", Row.GetByKey, Row.Constant, 0.60),
        Ratio("get one, key: L4/L3", Row.GetByKey, Row.GetRaw, 0.75),
        Ratio("get one, JWT: L4/L2", Row.GetByToken, Row.Constant, 0.60),
        Ratio("get one, JWT: L4/L3", Row.GetByToken, Row.GetRaw, 0.75),
        Ratio("get one: L3/L2", Row.GetRaw, Row.Constant),
        Ratio("synced insert: L4/L2", Row.Insert, Row.Constant, 0.35),
        Ratio("synced insert: L4/L3", Row.Insert, Row.InsertRaw),
        Ratio("synced insert: L3/L2", Row.InsertRaw, Row.Constant),
        Ratio("synced ÷ unsynced insert: L3", Row.InsertRaw, Row.InsertUnsynced, 0.70),
        Ratio("update one: L4/L2", Row.Update, Row.Constant),
        Ratio("update one: L4/L3", Row.Update, Row.UpdateRaw),
        Ratio("list 100 of 11 KB without total: L4/L2", Row.ListSome, Row.Constant, 0.25),
        Ratio("list 100 of 11 KB: L4/L3", Row.ListSome, Row.ListSomeRaw),
        Ratio("list 100 of 11 KB: L3/L2", Row.ListSomeRaw, Row.Constant),
        Ratio("list 100 of whole records without total: L4/L2", Row.List, Row.Constant),
        Ratio("list 100 of whole records: L4/L3", Row.List, Row.ListRaw),
        Ratio("list 100 of whole records: L3/L2", Row.ListRaw, Row.Constant),
        Ratio("list 100 with unfiltered total ÷ without: L4", Row.ListWithTotal, Row.List, 0.90),
        Ratio("page at depth 90,000 ÷ the first page: L4", Row.DeepPage, Row.FirstPage, 0.83),
        Ratio("filter and sort with index ÷ without: L4", Row.FilterIndexed, Row.FilterUnindexed),
        new("rows of CSV imported: L4 ÷ sqlite3 shell", f => f.Rate(Row.Import) / f.Rate(Row.ImportShell), 0.50),
        OnPostgres("get one", Row.PostgresGet, Row.PostgresGetRaw, 0.75),
        OnPostgres("list 100", Row.PostgresList, Row.PostgresListRaw, 0.75),
        OnPostgres("insert one", Row.PostgresInsert, Row.PostgresInsertRaw, 0.75),
        OnPostgres("update one", Row.PostgresUpdate, Row.PostgresUpdateRaw),
        new("ready after start", f => f.ReadyAfter?.TotalMilliseconds, 100, IsAtMost: true, IsNativeOnly: true, "F0", " ms"),
        new("memory, idle", f => f.IdleMegabytes, 60, IsAtMost: true, IsNativeOnly: true, "F0", " MB"),
        new("memory, each open idle database", f => f.MegabytesPerOpenDatabase, 1.5, IsAtMost: true, Unit: " MB"),
        new("inserts per sync: L3", f => f.WritesPerSync(Row.InsertRaw), Format: "F0"),
        new("inserts per sync: L4", f => f.WritesPerSync(Row.Insert), Format: "F0"),
    ];

    /// <summary>By rate alone: most of the work is done by PostgreSQL's own processes, which nobody counts per request.</summary>
    private static Goal OnPostgres(string title, Row row, Row to, double? target = null) => new($"PostgreSQL, {title}: L4/L3", figures => figures.Ratio(row, to, Connections), target);

    private static Goal Ratio(string title, Row row, Row to, double? target = null) =>
        new(title, figures => figures.Ratio(row, to, Connections), target, MeasureCpu: figures => figures.CpuRatio(row, to, Connections));
}
