using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Tests.Fakes;

/// <summary>Databases in a list. What a removed one held is not its business.</summary>
internal sealed class InMemoryDatabases(TimeProvider clock) : IDatabaseStore
{
    private long _lastId;

    public List<Database> All { get; } = [];

    public int Lookups { get; private set; }

    /// <summary>Before this a look-up has read, and has not answered.</summary>
    public Gate Reading { get; } = new();

    /// <summary>What removing does besides.</summary>
    public Action<DatabaseId>? Removed { get; set; }

    /// <summary>Thrown behind each change that was made: the store died before it could answer.</summary>
    public Exception? LostAnswer { get; set; }

    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) =>
        FindAsync(d => d.OwnerId == owner && d.Name == name, ct);

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => FindAsync(d => d.Id == id, ct);

    public ValueTask<IReadOnlyList<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) =>
        new([.. All.Where(d => d.OwnerId == owner).Skip(offset).Take(limit)]);

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct)
    {
        if (All.Count(d => d.OwnerId == owner) >= most)
            return new(new Error(ErrorCodes.QuotaExceeded, "Too many."));
        if (All.Exists(d => d.OwnerId == owner && d.Name == name))
            return new(new Error(ErrorCodes.DatabaseExists, "Exists."));
        var now = clock.GetUtcNow();
        All.Add(new Database(new DatabaseId(++_lastId), owner, name, DatabaseState.Registered, Tables: 0, now, now));
        return new(All[^1]);
    }

    public ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, CancellationToken ct)
    {
        if (All.Exists(d => d.OwnerId == database.OwnerId && d.Name == name && d.Id != database.Id))
            return new(new Error(ErrorCodes.DatabaseExists, "Exists."));
        var at = All.FindIndex(d => d.Id == database.Id);
        if (at < 0)
            return new(new Error(ErrorCodes.DatabaseNotFound, "Gone."));
        All[at] = All[at] with { Name = name };
        return LostAnswer is { } lost ? throw lost : new(All[at]);
    }

    /// <summary>Why none can be removed.</summary>
    public Error? RemoveFailure { get; set; }

    public ValueTask<Result<Done>> RemoveAsync(Database database, CancellationToken ct)
    {
        if (RemoveFailure is not null)
            return new(RemoveFailure);
        if (All.RemoveAll(d => d.Id == database.Id) == 0)
            return new(new Error(ErrorCodes.DatabaseNotFound, "Gone."));
        Removed?.Invoke(database.Id);
        return LostAnswer is { } lost ? throw lost : new(new Done());
    }

    public ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => new(All.Count(d => d.OwnerId == owner));

    /// <summary>What each database takes.</summary>
    public long? Used { get; set; } = 0;

    public ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct) => new(Used);

    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => new(4096L);

    private async ValueTask<Database?> FindAsync(Predicate<Database> match, CancellationToken ct)
    {
        Lookups++;
        var found = All.Find(match);
        await Reading.PassAsync(ct);
        return found;
    }
}
