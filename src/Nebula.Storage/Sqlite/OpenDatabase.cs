using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Sqlite.Reading;
using Nebula.Storage.Sqlite.Schema;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite;

/// <summary>
/// One open database file: its writer, its readers, its catalogue and its totals. Thread-safe but for what is said to belong to the writer.
/// </summary>
internal sealed class OpenDatabase : IDisposable
{
    private static readonly TimeSpan _catchUpPatience = TimeSpan.FromSeconds(1);

    private readonly DatabaseId _id;
    private readonly string _path;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly ReaderPool _readers;
    private readonly WalHistory? _history;
    private readonly LogCheckpoints _checkpoints;

    // Held while the writer's connection is used: by a batch, or by a look at whether another program wrote the file.
    private readonly Lock _connectionLock = new();
    private readonly SemaphoreSlim _schemaChanges = new(1);
    private volatile DatabaseCatalog _catalog;
    private volatile Fault? _fault;
    private volatile bool _isSchemaChanging;
    private long _dataVersion;

    // The catalogue holds identities that a transaction gave to tables of another program, and that transaction was not committed yet.
    private bool _isCatalogProvisional;

    private OpenDatabase(Database database, string path, Connection connection, StorageOptions options, WalHistory? history, WriterThreads threads, TimeProvider clock, ILogger logger)
    {
        (_id, _path, _options, _history, _logger) = (database.Id, path, options, history, logger);
        Connection = connection;
        _checkpoints = new LogCheckpoints(connection, options.MaxWalBytes, (int)connection.ExecuteInteger("PRAGMA page_size"), history);
        Log = new ChangeLog(connection, clock);
        Writer = new GroupCommitWriter(this, threads, options, clock);
        _readers = new ReaderPool(OpenReader, options.ReadersPerDatabase);
        _dataVersion = connection.ExecuteInteger("PRAGMA data_version"); // first: what another program writes from here on is noticed later
        TableAdoption.Run(connection, database.CreatedAt);
        _catalog = SchemaReader.ReadInOneSnapshot(connection, previous: null);
        connection.Observe(Changes);
        CreatedAt = database.CreatedAt;
    }

    public GroupCommitWriter Writer { get; }

    public RowCounts Counts { get; } = new();

    public ChangeLog Log { get; }

    public DatabaseCatalog Catalog => _catalog;

    /// <summary>What broke this database while it was open; it is then closed, and opened anew with a check.</summary>
    public Fault? BrokenBy => _fault;

    private DateTimeOffset CreatedAt { get; }

    /// <summary>The statements that its connections keep; for tests.</summary>
    internal IEnumerable<string> StatementTexts => Connection.StatementTexts.Concat(_readers.Idle.SelectMany(c => c.StatementTexts));

    /// <summary>The writer's own.</summary>
    internal Connection Connection { get; }

    /// <summary>The writer's own.</summary>
    internal RowChanges Changes { get; } = new();

    /// <summary>Opens a file, or makes a new one. Throws <see cref="SqliteFaultException"/>.</summary>
    /// <param name="history">Where the log is shipped to; null where it is not.</param>
    public static OpenDatabase Open(
        Database database, string path, bool create, bool check, StorageOptions options, WalHistory? history, WriterThreads threads, TimeProvider clock, ILogger logger)
    {
        var connection = Connection.Open(path, create);
        try
        {
            connection.SetBusyTimeout(TimeSpan.FromSeconds(1));
            ConnectionSetup.Configure(connection, options);
            ConnectionSetup.SpillToDisk(connection);
            if (create || !ConnectionSetup.UsesLog(connection))
                connection.Execute("PRAGMA journal_mode = WAL");
            if (check)
            {
                ConnectionSetup.Check(connection);
                ConnectionSetup.BeginLogAnew(connection);
            }

            // From here on the writer deals with other programs itself, without sleeping on its thread.
            var opened = new OpenDatabase(database, path, connection, options, history, threads, clock, logger);
            connection.SetBusyTimeout(TimeSpan.Zero);
            history?.Attach(new WriterPause(opened._connectionLock, connection));
            return opened;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A reader at once, or null when all are in use.</summary>
    public Connection? TryRentReader() => _readers.TryRent();

    public ValueTask<Result<Connection>> RentReaderAsync(CancellationToken ct) => _readers.RentAsync(_options.QueryTimeout, ct);

    public void ReturnReader(Connection reader) => _readers.Return(reader);

    /// <summary>A reader for a statement that may run long; whoever rents it sets its deadline.</summary>
    public ValueTask<Result<Connection>> RentScannerAsync(CancellationToken ct) => _readers.RentForScanAsync(_options.QueryTimeout, ct);

    /// <summary>
    /// Begins a change of the schema: from before its transaction until its outcome is noted there is no other. False when another one takes too long.
    /// </summary>
    public Task<bool> EnterSchemaChangeAsync(CancellationToken ct) => _schemaChanges.WaitAsync(_options.WriteTimeout, ct);

    public void ExitSchemaChange() => _schemaChanges.Release();

    /// <summary>A copy of it begins, which keeps the log from being begun anew. From any thread.</summary>
    public void BeginCopy() => _checkpoints.BeginCopy();

    public void EndCopy() => _checkpoints.EndCopy();

    public void ReturnScanner(Connection reader) => _readers.ReturnFromScan(reader);

    /// <summary>
    /// Looks whether another program wrote the file since the last look, and forgets what that made untrue. While a batch runs there is nothing to look at: it
    /// looked itself, and holds the lock that the other program would need.
    /// </summary>
    public void NoticeOtherWriters()
    {
        if (!_connectionLock.TryEnter())
            return;
        try
        {
            NoticeOtherWritersExclusively();
        }
        catch (SqliteFaultException e)
        {
            // Mostly the other program is still at it: the next look will see what it did.
            if (SqliteErrors.IsCorruption(e.Code) || SqliteErrors.IsInputOutput(e.Code))
                Break(e);
        }
        finally
        {
            _connectionLock.Exit();
        }
    }

    /// <summary>
    /// Waits for the batch that runs, if any, and looks: the catalogue is then the one of the last commit, whoever made it. Not for one that runs long: it has committed nothing
    /// yet, and nobody else could.
    /// </summary>
    public void CatchUp()
    {
        if (!_connectionLock.TryEnter(_catchUpPatience))
            return;
        try
        {
            NoticeOtherWriters();
        }
        finally
        {
            _connectionLock.Exit();
        }
    }

    /// <summary>
    /// Whether what was just read of a table was read as what it is: not so when a change of the schema was committed between the look at the catalogue and the read.
    /// </summary>
    public bool IsCurrent(Table table)
    {
        if (_isSchemaChanging)
            CatchUp();
        return _catalog.Find(table) is not null;
    }

    /// <summary>A reader met a broken file or disk: the database is closed, and opened anew with a check.</summary>
    public void Break(SqliteFaultException e) => _fault ??= new Fault(e, SqliteErrors.IsCorruption(e.Code));

    /// <summary>Closes everything. Nobody uses the database any more. The log is copied into the file and removed.</summary>
    public void Dispose()
    {
        Writer.WaitUntilIdle();
        _readers.Dispose();
        try
        {
            if (_fault is null && _history is not null)
                _history.Seal(Connection);
            else if (_fault is null)
                Connection.Checkpoint(CheckpointMode.Truncate);
        }
        catch (SqliteFaultException e)
        {
            StorageLog.CheckpointFailed(_logger, e, _id);
        }

        Connection.Dispose();
        _history?.Close();
        _schemaChanges.Dispose();
    }

    /// <summary>Runs a batch with the writer's connection; false when another program holds the database.</summary>
    internal bool RunExclusive(Func<bool> batch)
    {
        lock (_connectionLock)
            return batch();
    }

    /// <summary>Begins a transaction that may write; false when another program holds the database, or the log is at its bound.</summary>
    internal bool TryBegin()
    {
        if (_fault is { } fault)
            throw fault.Exception;
        if (!_checkpoints.HasRoom())
            return false;

        var begin = Connection.Prepare("BEGIN IMMEDIATE");
        var code = begin.TryStep();
        begin.Reset();
        if (ResultCodes.Primary(code) == ResultCodes.Busy)
            return false;
        if (code != ResultCodes.Done)
            throw Connection.Fault(code);
        Changes.Begin(_catalog);
        NoticeOtherWritersExclusively();
        return true;
    }

    /// <summary>Commits with a sync of the disk and takes over what changed. Gives the result code.</summary>
    internal int TryCommit()
    {
        Log.Append(Changes);
        _isSchemaChanging = Connection.ExecuteInteger("PRAGMA schema_version") != _catalog.SchemaVersion;
        try
        {
            var commit = Connection.Prepare("COMMIT");
            var code = commit.TryStep();
            commit.Reset();
            if (code != ResultCodes.Done)
                return code;
            if (_history is not null && Connection.TakeCommitted() is { } pages)
                _history.OnCommit(pages);
            _isCatalogProvisional = false;
            Counts.Apply(Changes.Deltas);
            if (_isSchemaChanging)
                ReadCatalog();
            return ResultCodes.Ok;
        }
        finally
        {
            _isSchemaChanging = false;
        }
    }

    /// <summary>Outside of a transaction: inside of one SQLite ignores it. See https://sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes.</summary>
    internal void SuspendForeignKeys() => Connection.Execute("PRAGMA foreign_keys = OFF");

    /// <summary>Whatever happened since: a database whose references are not enforced is closed, and opened anew with them.</summary>
    internal void ResumeForeignKeys()
    {
        try
        {
            RollBack(); // of a batch that failed half-way; after a commit there is nothing to undo
            Connection.Execute("PRAGMA foreign_keys = ON");
            if (Connection.ExecuteInteger("PRAGMA foreign_keys") == 1)
                return;
            _fault ??= new Fault(new InvalidOperationException("Foreign keys stay off."), IsCorruption: false);
        }
        catch (SqliteFaultException e)
        {
            _fault ??= new Fault(e, IsCorruption: false);
        }
    }

    internal void RollBack()
    {
        if (Connection.IsInTransaction)
            Connection.Execute("ROLLBACK");
    }

    /// <summary>After the requests were answered: copies the log into the file when it has grown.</summary>
    internal void AfterCommit()
    {
        if (!_checkpoints.IsDue)
            return;
        try
        {
            lock (_connectionLock)
                _checkpoints.Run();
        }
        catch (Exception e)
        {
            // Thrown on the writer's thread it would end the process.
            OnFault(e);
        }
    }

    /// <summary>A batch failed in a way that it can't explain: nothing of it is acknowledged, and the database is closed if its file or disk is to blame.</summary>
    internal Error OnFault(Exception e)
    {
        if (e is not SqliteFaultException fault || SqliteErrors.IsCorruption(fault.Code) || SqliteErrors.IsInputOutput(fault.Code))
            _fault ??= new Fault(e, IsCorruption: e is SqliteFaultException f && SqliteErrors.IsCorruption(f.Code));
        StorageLog.BatchFailed(_logger, e, _id);
        try
        {
            RollBack();
        }
        catch (SqliteFaultException rollback)
        {
            _fault ??= new Fault(rollback, IsCorruption: false);
        }

        return e is SqliteFaultException known ? SqliteErrors.Translate(known.Code) ?? SqliteErrors.Unavailable : SqliteErrors.Unavailable;
    }

    /// <summary>One operation failed by a fault of this program.</summary>
    internal Error OnOperationFault(Exception e)
    {
        StorageLog.OperationFailed(_logger, e, _id);
        return new Error(ErrorCodes.Internal, "The server failed.");
    }

    /// <summary>A reader that is none of the few: for what holds it so long that others would miss it. To be disposed before the lease ends.</summary>
    public Connection OpenReader()
    {
        var reader = Connection.Open(_path, create: false);
        try
        {
            reader.SetBusyTimeout(TimeSpan.FromSeconds(1)); // only while the log is recovered
            ConnectionSetup.Configure(reader, _options);
            reader.Execute("PRAGMA query_only = ON");
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void NoticeOtherWritersExclusively()
    {
        if (Connection.ExecuteInteger("PRAGMA data_version") == _dataVersion && !_isCatalogProvisional)
            return;
        if (Connection.IsInTransaction)
        {
            TakeOver();
            return;
        }

        // In one snapshot: the other program may be in the midst of several changes.
        Connection.Execute("BEGIN");
        try
        {
            TakeOver();
            Connection.Execute("COMMIT");
            _isCatalogProvisional = false;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <summary>Takes over what another program wrote, as the open transaction sees it.</summary>
    private void TakeOver()
    {
        var version = Connection.ExecuteInteger("PRAGMA data_version");
        Counts.Forget();
        if (_isCatalogProvisional || Connection.ExecuteInteger("PRAGMA schema_version") != _catalog.SchemaVersion)
        {
            _isCatalogProvisional = true;
            Connection.ForgetStatements();
            TableAdoption.Run(Connection, CreatedAt);
            ReadCatalog();
            Changes.Begin(_catalog);
        }

        _dataVersion = version;
    }

    private void ReadCatalog() => _catalog = SchemaReader.ReadInOneSnapshot(Connection, _catalog);

    /// <param name="IsCorruption">Whether the file's content can't be believed any more.</param>
    internal sealed record Fault(Exception Exception, bool IsCorruption);
}
