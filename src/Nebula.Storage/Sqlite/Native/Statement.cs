using static Nebula.Storage.Sqlite.Native.NativeMethods;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>
/// A prepared statement that its connection keeps. Used by one thread at a time. Reset as soon as its rows are read: until then it holds
/// the snapshot that it reads.
/// </summary>
internal sealed unsafe class Statement(Connection connection, nint handle)
{
    private static readonly nint _static = 0;
    private static readonly nint _transient = -1;

    /// <summary>When it was last used, in uses of its connection.</summary>
    public long LastUse { get; set; }

    public void BindNull(int index) => Check(sqlite3_bind_null(handle, index));

    public void Bind(int index, long value) => Check(sqlite3_bind_int64(handle, index, value));

    public void Bind(int index, double value) => Check(sqlite3_bind_double(handle, index, value));

    /// <summary>Binds text that SQLite copies.</summary>
    public void Bind(int index, string text)
    {
        BindCopiedText(index, System.Text.Encoding.UTF8.GetBytes(text));
    }

    public void BindCopiedText(int index, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* bytes = utf8)
            Check(sqlite3_bind_text(handle, index, utf8.IsEmpty ? Empty : bytes, utf8.Length, _transient));
    }

    public void BindCopiedBlob(int index, ReadOnlySpan<byte> content)
    {
        fixed (byte* bytes = content)
            Check(sqlite3_bind_blob(handle, index, content.IsEmpty ? Empty : bytes, content.Length, _transient));
    }

    /// <summary>Binds text that the caller keeps pinned until the statement is reset.</summary>
    public void BindPinnedText(int index, byte* utf8, int length) => Check(sqlite3_bind_text(handle, index, length == 0 ? Empty : utf8, length, _static));

    /// <summary>Binds bytes that the caller keeps pinned until the statement is reset.</summary>
    public void BindPinnedBlob(int index, byte* bytes, int length) => Check(sqlite3_bind_blob(handle, index, length == 0 ? Empty : bytes, length, _static));

    /// <summary>Goes to the next row: true for a row, false at the end. Throws <see cref="SqliteFaultException"/> for anything else.</summary>
    public bool Step()
    {
        var code = TryStep();
        return code switch
        {
            ResultCodes.Row => true,
            ResultCodes.Done => false,
            _ => throw connection.Fault(code),
        };
    }

    /// <summary>Goes to the next row and gives the extended result code, for statements whose failure is expected.</summary>
    public int TryStep() => sqlite3_step(handle);

    /// <summary>Ends the reading and lets go of what was bound.</summary>
    public void Reset()
    {
        // Its code repeats the last step's error, which has been dealt with.
        _ = sqlite3_reset(handle);
        _ = sqlite3_clear_bindings(handle);
    }

    /// <summary>A value of the current row; valid until the next step or reset.</summary>
    public ColumnValue Value(int column) => new(sqlite3_column_value(handle, column));

    public long Integer(int column) => Value(column).Integer;

    public string Text(int column) => System.Text.Encoding.UTF8.GetString(Value(column).Utf8);

    public string? TextOrNull(int column) => Value(column).Type == ColumnTypeCodes.Null ? null : Text(column);

    internal void Finish() => _ = sqlite3_finalize(handle);

    /// <summary>SQLite takes a null pointer for NULL; an empty value needs an address that is never read.</summary>
    private static byte* Empty => (byte*)1;

    private void Check(int code)
    {
        if (code != ResultCodes.Ok)
            throw connection.Fault(code);
    }
}
