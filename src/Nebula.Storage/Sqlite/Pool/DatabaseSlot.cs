namespace Nebula.Storage.Sqlite.Pool;

/// <summary>
/// The place of one database in the pool: opening, open with so many users, or closing. Thread-safe.
/// </summary>
internal sealed class DatabaseSlot
{
    private const int Closed = -1;

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OpenDatabase? _database;
    private volatile bool _isClosing;
    private int _users = Closed;
    private long _lastUsed = Environment.TickCount64;

    /// <summary>The database; only for those who entered.</summary>
    public OpenDatabase Database => _database!; // set before anyone can enter

    /// <summary>Ends when it is open, or gone.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Ends when the slot has left the pool.</summary>
    public Task Gone => _gone.Task;

    public bool IsIdle => Volatile.Read(ref _users) == 0;

    /// <summary>When the last user left, in milliseconds of the system's tick count.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Becomes a user; false while it is opening, closing or held.</summary>
    public bool TryEnter()
    {
        var users = Volatile.Read(ref _users);
        while (users >= 0 && !_isClosing)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }

        return false;
    }

    /// <summary>Stops being a user; true when the caller is the last and has to close the database now.</summary>
    public bool Exit()
    {
        Volatile.Write(ref _lastUsed, Environment.TickCount64);
        if (Database.BrokenBy is not null)
            _isClosing = true;
        return Interlocked.Decrement(ref _users) == 0 && _isClosing && TryClose();
    }

    /// <summary>Lets nobody in any more; true when nobody is in and the caller has to close the database now.</summary>
    public bool RequestClose()
    {
        _isClosing = true;
        return TryClose();
    }

    /// <summary>Takes the right to close; true for exactly one caller, while nobody is in.</summary>
    public bool TryClose() => Interlocked.CompareExchange(ref _users, Closed, 0) == 0;

    /// <summary>Opens with one user, the caller.</summary>
    public void Publish(OpenDatabase database)
    {
        _database = database;
        Volatile.Write(ref _users, 1);
        _opened.SetResult();
    }

    /// <summary>Wakes everyone who waits; the slot has left the pool.</summary>
    public void Leave()
    {
        _opened.TrySetResult();
        _gone.TrySetResult();
    }
}
