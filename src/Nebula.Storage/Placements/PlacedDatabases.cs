using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Moving;

namespace Nebula.Storage.Placements;

/// <summary>Databases of several placements: the entries are in the metadata's own store, the data wherever they are.</summary>
/// <param name="home">The placement that the store of the entries keeps data in itself.</param>
internal sealed class PlacedDatabases(IDatabaseStore entries, IPlacement home, PlacementSet placements, MoveRegistry moves, DatabaseMover mover) : IDatabaseStore
{
    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => entries.FindAsync(owner, name, ct);

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => entries.FindAsync(id, ct);

    public ValueTask<IReadOnlyList<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) => entries.ListAsync(owner, limit, offset, ct);

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct) => entries.AddAsync(owner, name, most, ct);

    public ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => entries.CountAsync(owner, ct);

    /// <summary>Not while its data are being moved: files bear the name. Looked at before anybody is made to wait; the store looks again in its transaction.</summary>
    public async ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, CancellationToken ct) =>
        await moves.FindAsync(database.Id, ct) is null ? await entries.RenameAsync(database, name, ct) : MoveRegistry.Busy;

    public async ValueTask<Result<Done>> RemoveAsync(Database database, CancellationToken ct)
    {
        if (await entries.FindAsync(database.Id, ct) is not { } current)
            return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted already.");
        if (current.Placement == home.Name)
            return await moves.FindAsync(database.Id, ct) is null ? await entries.RemoveAsync(current, ct) : MoveRegistry.Busy;
        return placements.Find(current) is null ? PlacementSet.Elsewhere : await mover.RemoveAsync(current, () => entries.RemoveAsync(current, ct), ct);
    }

    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => placements.Find(database) is { } placement ? placement.GetSizeAsync(database, ct) : new(0);

    public ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct) => placements.Find(database) is { } placement ? placement.GetUsedAsync(database, ct) : new((long?)null);
}
