using System.Collections.Concurrent;
using System.Globalization;
using Nebula.Baseline.Sqlite;

namespace Nebula.Baseline.Items;

/// <summary>
/// The one writer: takes whatever waits into one transaction and lets the requests go on only after its commit. No timer: while one batch syncs,
/// the next one gathers.
/// </summary>
internal sealed class ItemWriter : IDisposable
{
    private const int MaxBatch = 512;

    private readonly ConcurrentQueue<ItemWrite> _waiting = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly List<ItemWrite> _batch = [];
    private readonly byte[] _now = new byte[24];
    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollBack;
    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Thread _thread;
    private int _isAwake;
    private volatile bool _isStopping;

    public ItemWriter(ItemsFile file)
    {
        _connection = file.Open();
        _begin = _connection.Prepare("BEGIN IMMEDIATE");
        _commit = _connection.Prepare("COMMIT");
        _rollBack = _connection.Prepare("ROLLBACK");
        _insert = _connection.Prepare(
            $"INSERT INTO items (name, note, amount, price, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) RETURNING {ItemsFile.Columns}");
        _update = _connection.Prepare(
            $"""
            UPDATE items SET name=coalesce(?1, name), note=coalesce(?2, note), amount=coalesce(?3, amount), price=coalesce(?4, price), updated_at=?5
            WHERE id=?6 RETURNING {ItemsFile.Columns}
            """);
        _thread = new Thread(Run) { IsBackground = true, Name = "writer" };
        _thread.Start();
    }

    public ValueTask<bool> RunAsync(ItemWrite write)
    {
        _waiting.Enqueue(write);
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
            _arrived.Set();
        return write.Completion;
    }

    public void Dispose()
    {
        _isStopping = true;
        _arrived.Set();
        _thread.Join();
        _connection.Dispose();
        _arrived.Dispose();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            while (!_waiting.IsEmpty)
                RunBatch();

            Volatile.Write(ref _isAwake, 0);
            // What came between the last look and the line above has seen a writer awake and rung no bell.
            if (!_waiting.IsEmpty && Interlocked.Exchange(ref _isAwake, 1) == 0)
                continue;
            _arrived.WaitOne();
        }
    }

    private void RunBatch()
    {
        try
        {
            _ = DateTime.UtcNow.TryFormat(_now, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            RunOnce(_begin);
            while (_batch.Count < MaxBatch && _waiting.TryDequeue(out var write))
            {
                _batch.Add(write);
                Execute(write);
            }

            RunOnce(_commit);
        }
        catch (InvalidOperationException e)
        {
            foreach (var write in _batch)
                write.Fault = e;
            RollBack();
        }

        foreach (var write in _batch)
            ThreadPool.UnsafeQueueUserWorkItem(write, preferLocal: false);
        _batch.Clear();
    }

    private void Execute(ItemWrite write)
    {
        var statement = write.Id is null ? _insert : _update;
        write.Draft.Bind(statement);
        statement.Bind(5, _now);
        if (write.Id is { } id)
            statement.Bind(6, id);
        write.IsFound = statement.Step();
        if (write.IsFound)
        {
            write.Answer.Write(write.Id is null ? "{\"message\":\"Record created.\",\"record_id\":"u8 : "{\"message\":\"Record updated.\",\"record_id\":"u8);
            write.Answer.Write(statement.Integer(0));
            write.Answer.Write(",\"record\":"u8);
            ItemJson.Write(write.Answer, statement);
            write.Answer.Write("}"u8);
            _ = statement.Step();
        }

        statement.Reset();
    }

    private static void RunOnce(Statement statement)
    {
        // Reset in any case: a COMMIT that failed would stand in the way of the ROLLBACK.
        try
        {
            _ = statement.Step();
        }
        finally
        {
            statement.Reset();
        }
    }

    private void RollBack()
    {
        _insert.Reset();
        _update.Reset();
        try
        {
            RunOnce(_rollBack);
        }
        catch (InvalidOperationException)
        {
            // SQLite had rolled back by itself.
        }
    }
}
