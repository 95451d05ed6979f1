using Nebula.Core.Databases;

namespace Nebula.Storage.Sqlite.Pool;

/// <summary>Keeps a database closed while its file is moved or removed. Dispose exactly once.</summary>
internal readonly struct ExclusiveHold(DatabasePool pool, DatabaseId id, DatabaseSlot slot) : IDisposable
{
    public void Dispose() => pool.Release(id, slot);
}
