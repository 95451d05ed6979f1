using static Nebula.Baseline.Sqlite.NativeMethods;

namespace Nebula.Baseline.Sqlite;

/// <summary>A prepared statement that is kept. Parameters count from 1, columns from 0.</summary>
internal sealed unsafe class Statement(Connection connection, nint handle) : IDisposable
{
    private const int Row = 100;
    private const int Done = 101;
    private const int Null = 5;
    private const nint Copied = -1;

    public void BindNull(int index) => connection.Check(sqlite3_bind_null(handle, index));

    public void Bind(int index, long value) => connection.Check(sqlite3_bind_int64(handle, index, value));

    public void Bind(int index, double value) => connection.Check(sqlite3_bind_double(handle, index, value));

    public void Bind(int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and a null one would bind NULL instead of an empty text.
        byte none = 0;
        fixed (byte* bytes = utf8)
            connection.Check(sqlite3_bind_text(handle, index, utf8.IsEmpty ? &none : bytes, utf8.Length, Copied));
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        var code = sqlite3_step(handle);
        if (code == Row)
            return true;
        if (code != Done)
            connection.Check(code);
        return false;
    }

    public void Reset() => _ = sqlite3_reset(handle);

    public bool IsNull(int column) => sqlite3_column_type(handle, column) == Null;

    public long Integer(int column) => sqlite3_column_int64(handle, column);

    public double Real(int column) => sqlite3_column_double(handle, column);

    /// <summary>False for NULL. The bytes are valid until the next step or reset.</summary>
    public bool TryUtf8(int column, out ReadOnlySpan<byte> utf8)
    {
        var bytes = sqlite3_column_text(handle, column);
        utf8 = new ReadOnlySpan<byte>(bytes, bytes is null ? 0 : sqlite3_column_bytes(handle, column));
        return bytes is not null;
    }

    public void Dispose() => _ = sqlite3_finalize(handle);
}
