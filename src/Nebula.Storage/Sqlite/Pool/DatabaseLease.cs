namespace Nebula.Storage.Sqlite.Pool;

/// <summary>Keeps a database open while it is used. Dispose exactly once.</summary>
internal readonly struct DatabaseLease(DatabasePool pool, DatabaseSlot slot, Nebula.Core.Databases.DatabaseId id) : IDisposable
{
    public OpenDatabase Database => slot.Database;

    public void Dispose()
    {
        if (slot.Exit())
            pool.Close(id, slot);
    }
}
