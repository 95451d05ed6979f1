using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Auditing;

namespace Nebula.Api.Auditing;

/// <summary>A page of the audit log.</summary>
/// <param name="NextBefore">What <c>before</c> is for the next page; null on the last.</param>
internal sealed record AuditAnswer(
    [property: JsonPropertyName("audit")] IReadOnlyList<AuditEntryView> Audit,
    [property: JsonPropertyName("next_before")] long? NextBefore);

/// <summary>Something that was done.</summary>
internal sealed record AuditEntryView(
    [property: JsonPropertyName("id")] long Id,
    [property: JsonPropertyName("at")] string At,
    [property: JsonPropertyName("actor")] AuditActorView Actor,
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("database_id")] long? DatabaseId,
    [property: JsonPropertyName("db_name")] string? DbName,
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("changes")] IReadOnlyList<string> Changes,
    [property: JsonPropertyName("outcome")] string Outcome)
{
    public static AuditEntryView Of(AuditEntry entry) => new(
        entry.Id, Timestamps.ToText(entry.At), new(entry.Event.Actor.Kind, entry.Event.Actor.Id, entry.Event.Actor.Name), entry.Event.Action, entry.Event.DatabaseId?.Value,
        entry.Event.DatabaseName?.Value, entry.Event.Subject, entry.Event.Changes, entry.IsDone ? "done" : "unknown");
}

/// <summary>Who did it.</summary>
internal sealed record AuditActorView(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("name")] string? Name);
