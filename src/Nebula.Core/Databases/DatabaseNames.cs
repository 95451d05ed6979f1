using Nebula.Core.Accounts;
using Nebula.Core.Caching;

namespace Nebula.Core.Databases;

/// <summary>
/// Databases by owner and name, kept so that a request costs no look-up. Knows under which name it keeps each one, so that forgetting one costs the same however many there are. Thread-safe.
/// </summary>
internal sealed class DatabaseNames
{
    private readonly IDatabaseStore _store;
    private readonly int _capacity;
    private readonly EpochCache<(UserId, DatabaseName), Database> _kept;
    private readonly Func<(UserId, DatabaseName), CancellationToken, ValueTask<Database?>> _find;

    // The name under which each one is kept, or is about to be. Noted before it is kept: so whoever forgets it between the two makes it be looked up again.
    private readonly Dictionary<DatabaseId, (UserId, DatabaseName)> _names = [];
    private readonly Lock _naming = new();

    public DatabaseNames(IDatabaseStore store, int capacity)
    {
        (_store, _capacity) = (store, capacity);
        _kept = new EpochCache<(UserId, DatabaseName), Database>(capacity);
        _find = FindAsync;
    }

    /// <summary>How many names are known; for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_naming)
                return _names.Count;
        }
    }

    public ValueTask<Database?> GetAsync(UserId owner, DatabaseName name, CancellationToken ct) => _kept.GetAsync((owner, name), _find, ct);

    /// <summary>Looks a database up anew from now on, whatever it was called.</summary>
    public void Forget(DatabaseId id)
    {
        (UserId, DatabaseName) name;
        bool isKnown;
        lock (_naming)
            isKnown = _names.Remove(id, out name);
        if (isKnown)
            _kept.Invalidate(name);
        else
            _kept.Renew(); // it may be being looked up
    }

    public void Clear()
    {
        lock (_naming)
            _names.Clear();
        _kept.Clear();
    }

    private async ValueTask<Database?> FindAsync((UserId Owner, DatabaseName Name) name, CancellationToken ct)
    {
        var found = await _store.FindAsync(name.Owner, name.Name, ct);
        if (found is not null)
            Note(found.Id, name);
        return found;
    }

    private void Note(DatabaseId id, (UserId, DatabaseName) name)
    {
        (UserId, DatabaseName) former;
        bool isKnown;
        bool isFull;
        lock (_naming)
        {
            isKnown = _names.TryGetValue(id, out former);
            isFull = !isKnown && _names.Count >= _capacity;
            if (!isFull)
                _names[id] = name;
        }

        // Either of the two makes this look-up be made again.
        if (isFull)
            Clear();
        else if (isKnown && former != name)
            _kept.Invalidate(former); // a database has one name
    }
}
