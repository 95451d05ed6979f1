namespace Nebula.Core.Quotas;

/// <summary>Quotas as clients, the operator and the metadata name them.</summary>
public static class QuotaNames
{
    /// <summary>In the order of the type.</summary>
    public static IReadOnlyList<string> All { get; } = ["databases", "tables_per_database", "bytes_per_database", "rows_per_request", "requests_per_minute"];

    public static string Of(Quota quota) => All[(int)quota];

    public static bool TryParse(string name, out Quota quota)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] != name)
                continue;
            quota = (Quota)i;
            return true;
        }

        quota = default;
        return false;
    }
}
