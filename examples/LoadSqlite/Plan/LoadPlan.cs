using LoadSqlite.Source;

namespace LoadSqlite.Plan;

/// <summary>
/// What the file becomes: its tables with their new names and types, what is said about it, and what can't be carried over without loss.
/// </summary>
internal sealed record LoadPlan(IReadOnlyList<TablePlan> Tables, IReadOnlyList<string> Notices, IReadOnlyList<string> Refusals)
{
    private const string Id = "id";

    public long Rows => Tables.Sum(t => t.Rows);

    /// <summary>Reads every value of the file once.</summary>
    public static LoadPlan Make(SourceFile source, CancellationToken ct)
    {
        var notices = new List<string>();
        var refusals = new List<string>();
        var objects = source.ReadObjects();
        foreach (var other in objects.Where(o => o.Kind != "table"))
            notices.Add($"{other.Name}: skipped, it is {Describe(other.Kind)}");

        var tables = new List<TablePlan>();
        var sources = objects.Where(o => o.Kind == "table").Select(o => o.Name).ToList();
        var names = TargetNames.Map(sources);
        foreach (var table in sources)
        {
            if (names[table] != table)
                notices.Add($"{table}: becomes the table {names[table]}");
            if (PlanTable(source, table, names[table], notices, refusals, ct) is { } plan)
                tables.Add(plan);
        }

        return new LoadPlan(tables, notices, refusals);
    }

    private static TablePlan? PlanTable(
        SourceFile source, string table, string name, List<string> notices, List<string> refusals, CancellationToken ct)
    {
        var columns = source.ReadColumns(table);
        var surveys = columns.Select(_ => new ColumnSurvey()).ToList();
        long rows = 0;
        foreach (var row in source.ReadRows(table, [.. columns.Select(c => c.Name)]))
        {
            ct.ThrowIfCancellationRequested();
            for (var at = 0; at < row.Length; at++)
                surveys[at].Add(row[at]);
            rows++;
        }

        // Nebula gives every table an id of its own, so the file's becomes a column like the others.
        var names = TargetNames.Map(columns.Select(c => c.Name), taken: Id);
        var plans = new List<ColumnPlan>();
        foreach (var (column, survey) in columns.Zip(surveys))
        {
            var place = $"{table}.{column.Name}";
            if (names[column.Name] != column.Name)
                notices.Add($"{place}: becomes the column {names[column.Name]}{(IsId(column.Name) ? ", because Nebula assigns id" : "")}");
            if (column.IsNotNull && survey.Nulls > 0)
                notices.Add($"{place}: is declared NOT NULL but holds {survey.Nulls} nulls, so it becomes nullable");
            if (survey.NegativeZeros > 0)
                notices.Add($"{place}: holds -0.0, of which a REAL column of SQLite keeps 0.0: the comparison will show it");
            if (survey.Decide(column.DeclaredType, out var obstacle) is { } type)
                plans.Add(new(column.Name, names[column.Name], type, !column.IsNotNull || survey.Nulls > 0, column.IsUnique));
            else
                refusals.Add($"{place}: {obstacle}");
        }

        if (plans.Count > 0)
            return new TablePlan(table, name, plans, rows);
        refusals.Add($"{table}: none of its columns can be carried over");
        return null;
    }

    private static bool IsId(string column) => column.Equals(Id, StringComparison.OrdinalIgnoreCase);

    private static string Describe(string kind) => kind switch
    {
        "view" => "a view",
        "virtual" => "a virtual table",
        "shadow" => "part of a virtual table",
        _ => $"no ordinary table ({kind})",
    };
}
