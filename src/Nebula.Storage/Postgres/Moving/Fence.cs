using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres.Schema;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>
/// What becomes of requests that meet a move: writes wait at its fence until it is over, and whoever finds the database gone is made to look it up anew. Nobody has to have been told of the move. Thread-safe.
/// </summary>
internal sealed class Fence(PostgresServer server, Catalogues catalogues, DatabaseEntries entries, TimeProvider clock)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(25);

    /// <summary>The outcome of a read. Reads go on with the old copy for as long as it is there.</summary>
    public ValueTask<Result<T>> ReadAsync<T>(DatabaseId id, ValueTask<Result<T>> read, CancellationToken ct) => WatchAsync(id, read, isWrite: false, ct);

    /// <summary>The outcome of a write.</summary>
    public ValueTask<Result<T>> WriteAsync<T>(DatabaseId id, ValueTask<Result<T>> write, CancellationToken ct) => WatchAsync(id, write, isWrite: true, ct);

    private ValueTask<Result<T>> WatchAsync<T>(DatabaseId id, ValueTask<Result<T>> work, bool isWrite, CancellationToken ct) =>
        work.IsCompletedSuccessfully ? WatchAsync(id, work.Result, isWrite, ct) : AwaitAsync(id, work, isWrite, ct);

    private ValueTask<Result<T>> WatchAsync<T>(DatabaseId id, Result<T> outcome, bool isWrite, CancellationToken ct) =>
        IsStale(outcome) ? AwaitAsync<T>(id, new ValueTask<Result<T>>(outcome), isWrite, ct) : new(outcome);

    private async ValueTask<Result<T>> AwaitAsync<T>(DatabaseId id, ValueTask<Result<T>> work, bool isWrite, CancellationToken ct)
    {
        var outcome = await work;
        return IsStale(outcome) && await ResolveAsync(id, isWrite, ct) is { } error ? error : outcome;
    }

    /// <summary>Null when the request is to be tried again: here after a change of the schema or a move that was undone, or elsewhere.</summary>
    private async ValueTask<Error?> ResolveAsync(DatabaseId id, bool isWrite, CancellationToken ct)
    {
        try
        {
            for (var started = clock.GetTimestamp(); ;)
            {
                if (await entries.IsElsewhereAsync(id, ct))
                {
                    await entries.Moved(id);
                    return null;
                }

                if (!isWrite)
                    return null;
                if (!await IsClosedAsync(id, ct))
                {
                    if (catalogues.Find(id) is { SchemaVersion: < 0 })
                        catalogues.Forget(id); // read behind the fence: good for reads alone
                    return null;
                }

                if (clock.GetElapsedTime(started) > server.Options.WriteTimeout)
                    return StorageErrors.Busy;
                await Task.Delay(_poll, clock, ct);
            }
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } error)
        {
            server.Faults.Note(e, id);
            return ReferenceEquals(error, Error.StaleTable) ? null : error;
        }
    }

    private async ValueTask<bool> IsClosedAsync(DatabaseId id, CancellationToken ct)
    {
        await using var opened = await server.OpenAsync(id, ct);
        return await SchemaReader.ReadVersionAsync(opened.Connection, OwnTables.DialectOf(id), ct) < 0;
    }

    private static bool IsStale<T>(Result<T> outcome) => !outcome.TryGet(out _, out var error) && ReferenceEquals(error, Error.StaleTable);
}
