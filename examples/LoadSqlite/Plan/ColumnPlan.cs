using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoadSqlite.Plan;

/// <summary>A column of the file and what it becomes.</summary>
internal sealed record ColumnPlan(string SourceName, string Name, ColumnType Type, bool IsNullable, bool IsUnique)
{
    public JsonEncodedText JsonName { get; } = JsonEncodedText.Encode(Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    /// <summary>The value as the column's type has it. Only what is exact comes here: the survey refused the rest.</summary>
    public object? Convert(object? value) => (Type, value) switch
    {
        (ColumnType.Real, long number) => (double)number,
        (ColumnType.Boolean, long number) => number == 1,
        _ => value,
    };
}
