using Nebula.Core;
using Nebula.Core.Quotas;

namespace Nebula.Storage.Metadata;

/// <summary>What the quota of databases counts. Whoever enters a database asks in the transaction in which he does, over the connection that he has.</summary>
internal static class DatabaseCount
{
    /// <summary>The number of an account's databases. The parameter is <c>@owner</c>.</summary>
    /// <param name="databases">The table, as statements name it.</param>
    public static string Sql(string databases) => $"SELECT count(*) FROM {databases} WHERE owner_id = @owner AND state <> 'deleting'";

    /// <summary>What is told of one more, if that would be too many.</summary>
    /// <param name="bound">Null for any number.</param>
    public static Error? Excess(long count, long? bound) => count + 1 > bound ? QuotaErrors.Exceeded(Quota.Databases, bound.Value, count + 1) : null;
}
