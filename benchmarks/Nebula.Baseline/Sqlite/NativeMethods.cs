using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nebula.Baseline.Sqlite;

/// <summary>SQLite's C interface as far as the baseline needs it. What neither blocks nor takes long runs without a GC transition.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "e_sqlite3";

    [LibraryImport(Library)]
    public static partial int sqlite3_config(int option, int value);

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* filename, nint* db, int flags, byte* vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint db);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(nint db, byte* sql, int bytes, uint flags, nint* statement, byte** tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_double(nint statement, int index, double value);

    /// <param name="destructor">-1: SQLite copies the bytes before it returns.</param>
    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text(nint statement, int index, byte* utf8, int bytes, nint destructor);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_column_bytes(nint statement, int column);
}
