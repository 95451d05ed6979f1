using System.Text.Json.Serialization;
using Nebula.Core.Quotas;

namespace Nebula.Api.Quotas;

/// <summary>What an account has.</summary>
/// <param name="DatabaseCount">Of all of them, not of this page.</param>
internal sealed record UsageAnswer(
    [property: JsonPropertyName("quotas")] QuotasView Quotas,
    [property: JsonPropertyName("database_count")] long DatabaseCount,
    [property: JsonPropertyName("databases")] IReadOnlyList<DatabaseUsageView> Databases);

/// <summary>How much an account may have; null is without bound.</summary>
internal sealed record QuotasView(
    [property: JsonPropertyName("databases")] long? Databases,
    [property: JsonPropertyName("tables_per_database")] long? TablesPerDatabase,
    [property: JsonPropertyName("bytes_per_database")] long? BytesPerDatabase,
    [property: JsonPropertyName("rows_per_request")] long? RowsPerRequest,
    [property: JsonPropertyName("requests_per_minute")] long? RequestsPerMinute)
{
    public static QuotasView Of(QuotaSet quotas) => new(
        quotas[Quota.Databases], quotas[Quota.TablesPerDatabase], quotas[Quota.BytesPerDatabase], quotas[Quota.RowsPerRequest], quotas[Quota.RequestsPerMinute]);
}

/// <summary>What one database takes.</summary>
/// <param name="Bytes">Those that its quota counts; null where that can't be told now.</param>
internal sealed record DatabaseUsageView(
    [property: JsonPropertyName("database_id")] long DatabaseId,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("tables")] int Tables,
    [property: JsonPropertyName("bytes")] long? Bytes);
