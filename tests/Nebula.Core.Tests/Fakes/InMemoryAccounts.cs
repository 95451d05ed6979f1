using Nebula.Core.Accounts;

namespace Nebula.Core.Tests.Fakes;

/// <summary>Accounts in a list.</summary>
internal sealed class InMemoryAccounts(InMemoryDatabases databases) : IAccountStore
{
    public List<Account> All { get; } = [];

    public int Lookups { get; private set; }

    /// <summary>Before this a look-up has read, and has not answered.</summary>
    public Gate Reading { get; } = new();

    /// <summary>Runs before each write.</summary>
    public Func<Task>? Writing { get; set; }

    /// <summary>Thrown instead of replacing a hash.</summary>
    public Exception? RehashFailure { get; set; }

    /// <summary>Thrown behind each write that was made: the store died before it could answer.</summary>
    public Exception? LostAnswer { get; set; }

    public async ValueTask<Account?> FindAsync(UserId id, CancellationToken ct)
    {
        Lookups++;
        var found = All.Find(a => a.Id == id);
        await Reading.PassAsync(ct);
        return found;
    }

    public ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) => new(All.Find(a => IsSame(a.Email, email)));

    public ValueTask<Result<Done>> AddAsync(Account account, CancellationToken ct)
    {
        if (All.Exists(a => IsSame(a.Email, account.Email)))
            return new(EmailTaken);
        All.Add(account);
        return new(new Done());
    }

    public async ValueTask<Result<Done>> UpdateAsync(Account current, Account changed, CancellationToken ct)
    {
        if (Writing is { } writing)
            await writing();
        if (All.Exists(a => a.Id != changed.Id && IsSame(a.Email, changed.Email)))
            return EmailTaken;
        var at = All.FindIndex(a => a.Id == changed.Id);
        if (at < 0)
            return new Error(ErrorCodes.UserNotFound, "Gone.");
        if (All[at] != current)
            return new Error(ErrorCodes.Conflict, "Changed.");
        All[at] = changed;
        return LostAnswer is { } lost ? throw lost : new Done();
    }

    public ValueTask RehashAsync(UserId id, string oldHash, string newHash, CancellationToken ct)
    {
        if (RehashFailure is { } failure)
            throw failure;
        var at = All.FindIndex(a => a.Id == id && a.PasswordHash == oldHash);
        if (at >= 0)
            All[at] = All[at] with { PasswordHash = newHash };
        return default;
    }

    public async ValueTask<Result<Done>> RemoveAsync(UserId id, CancellationToken ct)
    {
        if (Writing is { } writing)
            await writing();
        if (databases.All.Exists(d => d.OwnerId == id))
            return new Error(ErrorCodes.Conflict, "Owns databases.");
        All.RemoveAll(a => a.Id == id);
        return LostAnswer is { } lost ? throw lost : new Done();
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static Error EmailTaken { get; } = new(ErrorCodes.EmailTaken, "Taken.");
}
