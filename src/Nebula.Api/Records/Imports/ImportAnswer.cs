using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Records.Imports;

namespace Nebula.Api.Records.Imports;

/// <summary>What came of an import.</summary>
internal sealed record ImportAnswer(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("imported")] long Imported,
    [property: JsonPropertyName("skipped")] long Skipped,
    [property: JsonPropertyName("errors")] IReadOnlyList<RowFaultView> Errors)
{
    public static ImportAnswer Of(ImportReport report) =>
        new("Records imported", report.Imported, report.Skipped, [.. report.Faults.Select(RowFaultView.Of)]);
}

/// <summary>A row that was left out.</summary>
internal sealed record RowFaultView(
    [property: JsonPropertyName("line")] long Line,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("details"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldFaultView>? Details)
{
    public static RowFaultView Of(RowFault fault) => new(
        fault.Line, fault.Error.Code, fault.Error.Message, fault.Error.Details.Count == 0 ? null : [.. fault.Error.Details.Select(FieldFaultView.Of)]);
}

/// <summary>An offending field of a row.</summary>
internal sealed record FieldFaultView(
    [property: JsonPropertyName("field")] string Field, [property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message)
{
    public static FieldFaultView Of(FieldError error) => new(error.Field, error.Code, error.Message);
}
