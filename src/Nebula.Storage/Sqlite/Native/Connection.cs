using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Nebula.Storage.Files;
using static Nebula.Storage.Sqlite.Native.NativeMethods;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>
/// A raw connection with the statements that it keeps. Used by one thread at a time. Its long-running statements stop at a deadline or when
/// their request is cancelled.
/// </summary>
internal sealed unsafe class Connection : IDisposable
{
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x4;
    private const int OpenUri = 0x40;
    private const int OpenNoMutex = 0x8000;
    private const int OpenNoFollow = 0x01000000;
    private const int OpenExtendedCodes = 0x02000000;
    private const uint PreparePersistent = 1;

    /// <summary>Of a copy.</summary>
    private const long StepBytes = 1024 * 1024;

    private const int LimitLength = 0;

    private const int ConfigQueryPlannerStability = 1007;
    private const int StatusDeferredForeignKeys = 10;
    private const int FileControlFilePointer = 7;

    /// <summary>Virtual machine instructions between two looks at the clock: some tens of microseconds.</summary>
    private const int InstructionsBetweenChecks = 2000;

    /// <summary>The same where what a statement writes is brought to the disk: some rows, which may be large.</summary>
    private const int InstructionsBetweenSyncs = 100;

    private readonly StatementCache _statements;
    private bool _hasCommitted;
    private GCHandle _self;
    private nint _handle;
    private long _deadline = long.MaxValue;
    private CancellationToken _cancellation;
    private PacedWrites? _paced;

    private Connection(nint handle)
    {
        _handle = handle;
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        _statements = new StatementCache(this);
    }

    /// <summary>Called with each row that a statement inserts, updates or deletes: operation (18, 23, 9), table, rowid.</summary>
    public IRowChangeListener? RowChanges { get; private set; }

    /// <summary>How many pages the write-ahead log holds, as of the last commit on this connection.</summary>
    public int WalPages { get; private set; }

    /// <summary>How many pages it holds if something was committed since this was asked last; null otherwise, since by then the log may be another one.</summary>
    public int? TakeCommitted()
    {
        if (!_hasCommitted)
            return null;
        _hasCommitted = false;
        return WalPages;
    }

    /// <summary>The statements that are kept; for tests.</summary>
    internal IEnumerable<string> StatementTexts => _statements.Texts;

    public bool IsInTransaction => sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Whether the open transaction could not be committed, because something refers to what is not there.</summary>
    public bool HasDeferredViolations
    {
        get
        {
            int current, highest;
            return sqlite3_db_status(_handle, StatusDeferredForeignKeys, &current, &highest, 0) == ResultCodes.Ok && current != 0;
        }
    }

    /// <summary>Rows that the last statement changed itself, cascades not counted.</summary>
    public int Changes => sqlite3_changes(_handle);

    /// <summary>The largest value. An uploaded schema can call functions that make values as large as they may be, on each write.</summary>
    private const int MaxValueBytes = 256 * 1024 * 1024;

    /// <summary>What is switched on and off for a database of somebody else: https://sqlite.org/security.html#untrusted_sqlite_database_files.</summary>
    private static readonly (int Option, int Value)[] _wary =
    [
        (1002, 0), // FKEY: references are checked at the end
        (1003, 0), // ENABLE_TRIGGER
        (1005, 0), // ENABLE_LOAD_EXTENSION
        (1010, 1), // DEFENSIVE
        (1011, 0), // WRITABLE_SCHEMA
        (1013, 0), // DQS_DML: names in double quotes are no texts
        (1014, 0), // DQS_DDL
        (1015, 0), // ENABLE_VIEW
        (1017, 0), // TRUSTED_SCHEMA
    ];

    /// <summary>Opens a file; it must exist unless <paramref name="create"/>. Refuses symbolic links.</summary>
    public static Connection Open(string path, bool create) => Open(path, create ? OpenCreate : 0);

    /// <summary>Makes a file that what can be trusted of another one is copied to: nothing of the other one's schema runs on this connection.</summary>
    public static Connection CreateWary(string path)
    {
        var connection = Open(path, OpenCreate | OpenUri);
        foreach (var (option, value) in _wary)
            _ = sqlite3_db_config(connection._handle, option, value, null);
        return connection;
    }

    private static Connection Open(string path, int flags)
    {
        nint handle;
        int code;
        fixed (byte* utf8 = Encoding.UTF8.GetBytes(path + "\0"))
            code = sqlite3_open_v2(utf8, &handle, OpenReadWrite | OpenNoMutex | OpenNoFollow | OpenExtendedCodes | flags, null);
        var connection = new Connection(handle);
        if (code == ResultCodes.Ok)
        {
            // Otherwise SQLite looks at the values bound to LIMIT and prepares a kept statement anew each time they are bound.
            _ = sqlite3_db_config(handle, ConfigQueryPlannerStability, 1, null);
            _ = sqlite3_limit(handle, LimitLength, MaxValueBytes);
            sqlite3_progress_handler(handle, InstructionsBetweenChecks, &OnProgress, GCHandle.ToIntPtr(connection._self));
            return connection;
        }

        using (connection)
            throw connection.Fault(code);
    }

    /// <summary>The statement for a text, prepared once and kept.</summary>
    public Statement Prepare(string sql) => _statements.Get(sql);

    /// <summary>Whether a statement fits the schema. It is not kept.</summary>
    public bool CanPrepare(string sql)
    {
        try
        {
            PrepareNew(sql).Finish();
            return true;
        }
        catch (SqliteFaultException e) when (ResultCodes.Primary(e.Code) == ResultCodes.Error)
        {
            return false;
        }
    }

    /// <summary>Runs one statement that gives no rows worth reading.</summary>
    public void Execute(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            while (statement.Step())
            {
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Runs one statement and gives the integer in its first column.</summary>
    public long ExecuteInteger(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? statement.Integer(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Statements stop with <see cref="ResultCodes.Interrupt"/> at this moment, or when cancelled.</summary>
    public void SetDeadline(TimeSpan timeout, CancellationToken ct)
    {
        _deadline = Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        _cancellation = ct;
    }

    /// <summary>Whether the deadline has passed, or whoever set it has gone: for work of several short statements, none of which would notice.</summary>
    public bool IsOverdue => _cancellation.IsCancellationRequested || Stopwatch.GetTimestamp() > _deadline;

    public void ClearDeadline()
    {
        _deadline = long.MaxValue;
        _cancellation = default;
    }

    /// <summary>Brings the file to the disk while a statement writes it, and stops the statement with <see cref="ResultCodes.Interrupt"/> when that fails.</summary>
    public void SetPace(PacedSync pace)
    {
        _paced = new PacedWrites(_handle, (int)ExecuteInteger("PRAGMA page_size"), pace);
        sqlite3_progress_handler(_handle, InstructionsBetweenSyncs, &OnProgress, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Why the file could not be brought to the disk.</summary>
    public Exception? PaceFault => _paced?.Fault;

    public void SetBusyTimeout(TimeSpan timeout) => _ = sqlite3_busy_timeout(_handle, (int)timeout.TotalMilliseconds);

    /// <summary>Tells about changed rows and the length of the log. Also turns SQLite's own checkpointing off.</summary>
    public void Observe(IRowChangeListener listener)
    {
        RowChanges = listener;
        sqlite3_update_hook(_handle, &OnRowChange, GCHandle.ToIntPtr(_self));
        sqlite3_wal_hook(_handle, &OnCommit, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Tells the length of the log also after commits on another connection to the file, which is used by one thread at a time with this one; and turns its checkpointing off.</summary>
    public void Follow(nint other) => sqlite3_wal_hook(other, &OnCommit, GCHandle.ToIntPtr(_self));

    /// <summary>Ends that, before this connection is disposed.</summary>
    public static void Unfollow(nint other) => sqlite3_wal_hook(other, null, 0);

    /// <summary>Copies pages from the log into the file; true when all are copied.</summary>
    public bool Checkpoint(CheckpointMode mode)
    {
        int frames, copied;
        var code = sqlite3_wal_checkpoint_v2(_handle, null, (int)mode, &frames, &copied);
        if (ResultCodes.Primary(code) is not (ResultCodes.Ok or ResultCodes.Busy or ResultCodes.Locked))
            throw Fault(code);
        if (mode != CheckpointMode.Passive && code == ResultCodes.Ok)
            WalPages = 0; // the next write begins the log anew
        return code == ResultCodes.Ok && frames == copied;
    }

    /// <summary>The size of the file as it lies on the disk, without what is in the log, in bytes.</summary>
    public long FileSize
    {
        get
        {
            long size;
            var methods = MethodsOf(out var file);
            var code = methods->Size(file, &size);
            return code == ResultCodes.Ok ? size : throw Fault(code);
        }
    }

    /// <summary>Reads the file as it lies on the disk, and gives how many bytes there were: fewer at its end. For a connection on which nothing else is done.</summary>
    public int ReadFile(long offset, Span<byte> buffer)
    {
        var length = (int)Math.Min(buffer.Length, FileSize - offset);
        if (length <= 0)
            return 0;
        var methods = MethodsOf(out var file);
        int code;
        fixed (byte* bytes = buffer)
            code = methods->Read(file, bytes, length, offset);
        if (code == ResultCodes.ShortRead)
            return 0; // it has become shorter
        return code == ResultCodes.Ok ? length : throw Fault(code);
    }

    /// <summary>
    /// Copies the whole database into another, page by page, as it is at one moment: https://sqlite.org/backup.html. Pages keep their numbers and rows their rowids, which a VACUUM
    /// would change.
    /// </summary>
    /// <param name="progress">Is told how far it is, from 0 to 1.</param>
    public void CopyTo(Connection target, IProgress<double>? progress, CancellationToken ct)
    {
        // The snapshot of this transaction holds through all steps, so that none has to begin anew for what others write meanwhile.
        Execute("BEGIN");
        try
        {
            ExecuteInteger("SELECT count(*) FROM sqlite_schema LIMIT 1");
            CopyPages(target, progress, ct);
        }
        finally
        {
            Execute("COMMIT");
        }
    }

    private FileMethods* MethodsOf(out nint file)
    {
        nint found;
        int code;
        fixed (byte* main = "main\0"u8)
            code = sqlite3_file_control(_handle, main, FileControlFilePointer, &found);
        file = found;
        return code == ResultCodes.Ok ? *(FileMethods**)found : throw Fault(code);
    }

    private void CopyPages(Connection target, IProgress<double>? progress, CancellationToken ct)
    {
        var step = (int)Math.Max(1, StepBytes / ExecuteInteger("PRAGMA page_size"));
        nint backup;
        fixed (byte* main = "main\0"u8)
            backup = sqlite3_backup_init(target._handle, main, _handle, main);
        if (backup == 0)
            throw target.Fault(sqlite3_extended_errcode(target._handle));
        var code = ResultCodes.Ok;
        try
        {
            while (code == ResultCodes.Ok)
            {
                ct.ThrowIfCancellationRequested();
                code = sqlite3_backup_step(backup, step);
                if (sqlite3_backup_pagecount(backup) is > 0 and var pages)
                    progress?.Report(1 - ((double)sqlite3_backup_remaining(backup) / pages));
            }
        }
        finally
        {
            _ = sqlite3_backup_finish(backup);
        }

        if (code != ResultCodes.Done)
            throw target.Fault(code);
    }

    /// <summary>What a column compares its texts by, which no pragma tells; null for a column that is not there.</summary>
    public string? CollationOf(string table, string column)
    {
        byte* collation;
        fixed (byte* main = "main\0"u8, name = Encoding.UTF8.GetBytes(table + "\0"), of = Encoding.UTF8.GetBytes(column + "\0"))
        {
            var code = sqlite3_table_column_metadata(_handle, main, name, of, null, &collation, null, null, null);
            return code == ResultCodes.Ok ? Marshal.PtrToStringUTF8((nint)collation) : null;
        }
    }

    /// <summary>
    /// Drops kept statements, after a change of the schema: SQLite would prepare them anew as they are run, and what does not fit any more would look as if it had failed while rows were computed.
    /// </summary>
    public void ForgetStatements() => _statements.Clear();

    /// <summary>What the connection says about a code.</summary>
    public SqliteFaultException Fault(int code)
    {
        var message = _handle == 0 ? "" : Marshal.PtrToStringUTF8((nint)sqlite3_errmsg(_handle)) ?? "";
        return new SqliteFaultException(code, message);
    }

    public void Dispose()
    {
        if (_handle == 0)
            return;
        _statements.Clear();
        _ = sqlite3_close_v2(_handle);
        _handle = 0;
        _self.Free();
    }

    internal Statement PrepareNew(string sql)
    {
        nint statement;
        var utf8 = Encoding.UTF8.GetBytes(sql);
        int code;
        fixed (byte* bytes = utf8)
            code = sqlite3_prepare_v3(_handle, bytes, utf8.Length, PreparePersistent, &statement, null);
        if (code == ResultCodes.Ok)
            return new Statement(this, statement);
        throw new SqliteFaultException(code, Fault(code).Reason) { IsOfPreparing = true };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnProgress(nint context) =>
        GCHandle.FromIntPtr(context).Target is Connection c && (c.IsOverdue || c._paced?.TryKeepUp() == false) ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnRowChange(nint context, int operation, byte* database, byte* table, long rowId)
    {
        if (GCHandle.FromIntPtr(context).Target is Connection c)
            c.RowChanges?.OnRowChange(operation, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(table), rowId);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(nint context, nint db, byte* database, int pages)
    {
        if (GCHandle.FromIntPtr(context).Target is Connection c)
            (c.WalPages, c._hasCommitted) = (pages, true);
        return ResultCodes.Ok;
    }
}
