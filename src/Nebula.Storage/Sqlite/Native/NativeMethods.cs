using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>
/// SQLite's C interface as far as the record path needs it, on the library that SQLitePCLRaw ships. Own imports, because its wrappers pay for
/// a safe handle and a virtual call at every column of every row (docs/adr/0003-raw-sqlite-handles.md).
/// Source: https://sqlite.org/c3ref/funclist.html.
/// </summary>
/// <remarks>
/// What neither blocks, nor calls back, nor takes long runs without a GC transition. Connections are opened without a mutex, so that
/// these take none either.
/// </remarks>
internal static unsafe partial class NativeMethods
{
    private const string Library = "e_sqlite3";

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* filename, nint* db, int flags, byte* vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_result_codes(nint db, int on);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint db, int milliseconds);

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
    public static partial int sqlite3_clear_bindings(nint statement);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_double(nint statement, int index, double value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_text(nint statement, int index, byte* text, int bytes, nint destructor);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_bind_blob(nint statement, int index, byte* bytes, int count, nint destructor);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial nint sqlite3_column_value(nint statement, int column);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_value_type(nint value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial long sqlite3_value_int64(nint value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial double sqlite3_value_double(nint value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial byte* sqlite3_value_text(nint value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial byte* sqlite3_value_blob(nint value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_get_autocommit(nint db);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_changes(nint db);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl), typeof(CallConvSuppressGCTransition)])]
    public static partial int sqlite3_extended_errcode(nint db);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_table_column_metadata(nint db, byte* schema, byte* table, byte* column, byte** type, byte** collation, int* isNotNull, int* isKey, int* isAutoincrement);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(nint db, byte* name, int mode, int* framesInLog, int* framesCheckpointed);

    [LibraryImport(Library)]
    public static partial int sqlite3_file_control(nint db, byte* name, int operation, void* argument);

    [LibraryImport(Library)]
    public static partial nint sqlite3_update_hook(nint db, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, long, void> callback, nint context);

    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(nint db, delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> callback, nint context);

    [LibraryImport(Library)]
    public static partial void sqlite3_progress_handler(nint db, int instructions, delegate* unmanaged[Cdecl]<nint, int> callback, nint context);

    [LibraryImport(Library)]
    public static partial int sqlite3_config(int option, int value);

    /// <summary>Variadic in C; the calling conventions of Linux pass a pointer and integers the same way there.</summary>
    [LibraryImport(Library)]
    public static partial int sqlite3_db_config(nint db, int option, int value, int* result);

    [LibraryImport(Library)]
    public static partial int sqlite3_limit(nint db, int id, int value);

    [LibraryImport(Library)]
    public static partial nint sqlite3_backup_init(nint target, byte* targetName, nint source, byte* sourceName);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_step(nint backup, int pages);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_finish(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_remaining(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_pagecount(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_status(nint db, int operation, int* current, int* highest, int reset);

    [LibraryImport(Library)]
    public static partial int sqlite3_initialize();

    [LibraryImport(Library)]
    public static partial int sqlite3_libversion_number();

    [LibraryImport(Library)]
    public static partial byte* sqlite3_libversion();

    [LibraryImport(Library)]
    public static partial int sqlite3_db_release_memory(nint db);
}
