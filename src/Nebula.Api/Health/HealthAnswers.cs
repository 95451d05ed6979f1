using System.Text.Json.Serialization;
using Nebula.Core;

namespace Nebula.Api.Health;

/// <summary>Of the liveness probe.</summary>
internal sealed record HealthAnswer([property: JsonPropertyName("status")] string Status);

/// <summary>To an account that asks who it is.</summary>
internal sealed record AccountHealthAnswer(
    [property: JsonPropertyName("userId")] Guid UserId,
    [property: JsonPropertyName("dbId")] long? DbId);

/// <summary>To a key that asks who it is.</summary>
internal sealed record KeyHealthAnswer(
    [property: JsonPropertyName("authenticated_by")] string AuthenticatedBy,
    [property: JsonPropertyName("status")] string Status);

/// <summary>Of the readiness probe.</summary>
internal sealed record ReadyAnswer(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("engine")] string Engine,
    [property: JsonPropertyName("checks")] ReadyChecks Checks);

/// <param name="Redis">Left out where none is configured.</param>
/// <param name="PointInTime">Whether the histories of databases are shipped. Left out where none are kept.</param>
/// <param name="Backups">How those on a schedule fare. Left out where there is none.</param>
internal sealed record ReadyChecks(
    [property: JsonPropertyName("metadata")] string Metadata,
    [property: JsonPropertyName("databases")] DatabaseCounts Databases,
    [property: JsonPropertyName("redis"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Redis,
    [property: JsonPropertyName("point_in_time"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PointInTime,
    [property: JsonPropertyName("backups"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BackupCheck? Backups);

/// <param name="State"><c>ok</c> or <c>failed</c>.</param>
/// <param name="LastGoodAt">When the last one that lacks nothing was begun.</param>
internal sealed record BackupCheck([property: JsonPropertyName("state")] string State, [property: JsonPropertyName("last_good_at")] string? LastGoodAt)
{
    public static BackupCheck Of(BackupStanding backups) => new(backups.AreMade ? "ok" : "failed", backups.LastGood is { } time ? Timestamps.ToText(time) : null);
}

internal sealed record DatabaseCounts([property: JsonPropertyName("open")] int Open, [property: JsonPropertyName("quarantined")] int Quarantined);
