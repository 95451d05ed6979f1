using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Databases.Moving;

namespace Nebula.Api.Operator;

/// <summary>A move that is done.</summary>
internal sealed record MoveView(
    [property: JsonPropertyName("tables")] int Tables,
    [property: JsonPropertyName("records")] long Records,
    [property: JsonPropertyName("writes_waited_ms")] double WritesWaitedMs)
{
    public static Result<MoveView> Of(Result<MoveReport> outcome) =>
        outcome.TryGet(out var report, out var error) ? new MoveView(report.Tables, report.Records, report.WritesWaited.TotalMilliseconds) : error;
}
