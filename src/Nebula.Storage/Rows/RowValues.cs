using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>Values of rows, kept.</summary>
internal static class RowValues
{
    /// <summary>The value, copied.</summary>
    public static TypedValue ToTyped<TValue>(this TValue value)
        where TValue : struct, IRowValue, allows ref struct => value.Kind switch
        {
            ValueKind.Integer => TypedValue.Of(value.Integer),
            ValueKind.Real => TypedValue.Of(value.Real),
            ValueKind.Text => TypedValue.Text(value.Utf8.ToArray()),
            ValueKind.Blob => TypedValue.Blob(value.Blob.ToArray()),
            _ => TypedValue.Null,
        };
}
