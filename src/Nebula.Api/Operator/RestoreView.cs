using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>What was restored.</summary>
/// <param name="Missing">The databases that were not, each with the reason.</param>
internal sealed record RestoreView(
    [property: JsonPropertyName("accounts")] long Accounts,
    [property: JsonPropertyName("databases")] long Databases,
    [property: JsonPropertyName("rows")] long Rows,
    [property: JsonPropertyName("missing")] IReadOnlyList<string> Missing)
{
    public static Result<RestoreView> Of(Result<RestoreReport> outcome) =>
        outcome.TryGet(out var report, out var error) ? new RestoreView(report.Accounts, report.Databases, report.Rows, [.. report.Missing.Select(m => $"{m.Database}: {m.Reason}")]) : error;
}
