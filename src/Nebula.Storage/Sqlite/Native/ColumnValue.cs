using Nebula.Core.Records;
using Nebula.Storage.Rows;
using static Nebula.Storage.Sqlite.Native.NativeMethods;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>
/// A value of the current row, valid until the next step or reset. Found once and then asked, which costs half of asking the statement for type, content and length
/// by column number.
/// </summary>
internal readonly unsafe struct ColumnValue(nint handle) : IRowValue
{
    /// <summary>One of <see cref="ColumnTypeCodes"/>.</summary>
    public int Type => sqlite3_value_type(handle);

    /// <summary>SQLite's codes have the order of the kinds, but for NULL, which comes last.</summary>
    public ValueKind Kind => Type is var code && code == ColumnTypeCodes.Null ? ValueKind.Null : (ValueKind)(code + 1);

    public long Integer => sqlite3_value_int64(handle);

    public double Real => sqlite3_value_double(handle);

    /// <summary>The text in place.</summary>
    public ReadOnlySpan<byte> Utf8
    {
        get
        {
            var text = sqlite3_value_text(handle); // before the length: it may have to convert
            return new ReadOnlySpan<byte>(text, sqlite3_value_bytes(handle));
        }
    }

    /// <summary>The bytes in place.</summary>
    public ReadOnlySpan<byte> Blob
    {
        get
        {
            var bytes = sqlite3_value_blob(handle);
            return new ReadOnlySpan<byte>(bytes, sqlite3_value_bytes(handle));
        }
    }
}
