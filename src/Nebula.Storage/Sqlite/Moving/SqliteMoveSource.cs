using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Moving;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>A file that serves while it is moved. One server owns it, so its fence is in memory: it holds the file's only writer.</summary>
/// <param name="shipper">What ships its history; null where none is kept.</param>
internal sealed class SqliteMoveSource(DatabasePool pool, DataDirectory directory, WalShipper? shipper, Database database) : IMoveSource
{
    private DatabaseLease? _fenced;
    private DateTimeOffset? _leftAt;
    private long _schemaVersion;

    public async ValueTask<MovedSchema> BeginAsync(CancellationToken ct)
    {
        (var schema, _schemaVersion) = Get(await pool.WriteAsync(database.Id, new BeginMoveLog(ct), ct));
        return schema;
    }

    public async ValueTask<IMoveSnapshot> OpenSnapshotAsync(CancellationToken ct)
    {
        var lease = Get(await pool.LeaseAsync(database.Id, ct));
        try
        {
            return SqliteMoveSnapshot.Open(lease, _schemaVersion);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public ValueTask MakeWayAsync(CancellationToken ct) => default;

    public async ValueTask<bool> FenceAsync(TimeSpan patience, CancellationToken ct)
    {
        var lease = Get(await pool.LeaseAsync(database.Id, ct));
        if (await lease.Database.Writer.HoldAsync(patience, ct))
        {
            _fenced = lease; // kept, so that nobody opens the file anew without the fence
            return true;
        }

        lease.Dispose();
        return false;
    }

    public ValueTask OpenAsync(CancellationToken ct)
    {
        if (_fenced is { } fenced)
        {
            _fenced = null;
            fenced.Database.Writer.Release();
            fenced.Dispose();
        }

        return default;
    }

    public async ValueTask ReleaseAsync(CancellationToken ct)
    {
        await OpenAsync(ct);
        Get(await pool.WriteAsync(database.Id, new EndMoveLog(ct), ct));
    }

    public ValueTask LeaveAsync(CancellationToken ct)
    {
        if (_fenced is { } fenced)
        {
            _fenced = null;
            _leftAt = shipper?.Now;
            fenced.Database.Writer.Leave();
            fenced.Dispose();
        }

        return default;
    }

    public async ValueTask RemoveAsync(CancellationToken ct)
    {
        // Whoever still reads comes to his end; whoever comes later is sent to where the database is now.
        using var hold = Get(await pool.HoldAsync(database.Id, ct));
        shipper?.Leave(database.Id, _leftAt);
        DataDirectory.Move(directory.PathOf(database), directory.TombstoneOf(database));
        DataDirectory.Remove(directory.TombstoneOf(database));
    }

    public ValueTask DisposeAsync() => OpenAsync(CancellationToken.None);

    private static T Get<T>(Result<T> result) => result.TryGet(out var value, out var error) ? value
        : throw new MoveBrokenOffException(ReferenceEquals(error, Error.StaleTable) ? new Error(ErrorCodes.Conflict, "The database is no longer where it was.") : error);
}
