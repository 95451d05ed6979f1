using Nebula.Core.Records.Queries;

namespace Nebula.Storage.Sql;

/// <summary>One column of an ORDER BY.</summary>
internal static class OrderSql
{
    /// <summary>Where nulls stand is said only where it is not the engine's own way, so that an index can give the order.</summary>
    public static string Of(SqlDialect dialect, string column, SortKey key)
    {
        var direction = key.IsDescending ? " DESC" : "";
        var nulls = !key.MayBeNull || key.NullsFirst == (dialect.NullsAreLeast != key.IsDescending) ? "" : key.NullsFirst ? " NULLS FIRST" : " NULLS LAST";
        return $"{column}{direction}{nulls}";
    }
}
