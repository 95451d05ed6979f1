using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>What was brought back to a moment.</summary>
internal sealed record RestoredHistoryView(
    [property: JsonPropertyName("databases")] long Databases,
    [property: JsonPropertyName("as_of")] DateTimeOffset AsOf,
    [property: JsonPropertyName("missing")] IReadOnlyList<string> Missing,
    [property: JsonPropertyName("gaps")] IReadOnlyList<string> Gaps)
{
    public static Result<RestoredHistoryView> Of(Result<HistoryReport> outcome) =>
        outcome.TryGet(out var report, out var error) ? new RestoredHistoryView(report.Databases, report.AsOf, report.Missing, report.Gaps) : error;
}
