using Nebula.Core.Auditing;
using Nebula.Core.Caching;
using Nebula.Core.Databases;

namespace Nebula.Core.Accounts;

/// <summary>Signing up, logging in, and what an account may do with itself.</summary>
public sealed class AccountService(
    IAccountStore store, IPasswordHasher passwords, DatabaseService databases, AccountPolicy policy, AuditLog audit, TimeProvider clock)
{
    // An authenticated request looks its account up by id each time.
    private readonly EpochCache<UserId, Standing> _standings = new(capacity: 100_000);

    private const int MaxDeletions = 5;

    private const int MaxAttempts = 5;

    // A change reads the account and writes it back whole, and the store refuses one that somebody else's overtook. One at a time, so that only other servers can do that.
    private readonly AsyncLock _changing = new();

    /// <summary>Fails with signup_closed, invalid_body, or email_taken.</summary>
    public async ValueTask<Result<Account>> SignUpAsync(string? email, string? username, string? password, CancellationToken ct)
    {
        if (!policy.SignupOpen)
            return new Error(ErrorCodes.SignupClosed, "Sign-up is closed on this server.") { Hint = "Ask its operator for an account." };

        var faults = new List<FieldError>();
        AccountRules.CheckEmail(email, faults);
        AccountRules.CheckUsername(username, faults);
        AccountRules.CheckPassword(password, faults);
        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidBody, faults);

        // The checks above leave no null. Hashed before the address is looked up: a taken address must not answer sooner.
        var hash = await passwords.HashAsync(password!, ct);
        var now = clock.GetUtcNow();
        var account = new Account(UserId.New(clock), username!, email!.Trim(), hash, TokenVersion: 1, now);
        var created = await audit.RunAsync(new AuditEvent(account.Id, AuditActor.Of(account.Id), AuditActions.AccountCreate), () => store.AddAsync(account, ct), ct);
        return created.TryGet(out _, out var error) ? account : error;
    }

    /// <summary>Fails with invalid_credentials, the same and after the same time for an unknown address and a wrong password.</summary>
    public async ValueTask<Result<Account>> LogInAsync(string? email, string? password, CancellationToken ct)
    {
        var faults = new List<FieldError>();
        if (string.IsNullOrEmpty(email))
            faults.Add(new("email", FieldCodes.Required, "is required"));
        if (string.IsNullOrEmpty(password))
            faults.Add(new("password", FieldCodes.Required, "is required"));
        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidBody, faults);

        var account = password!.Length > AccountRules.MaxPassword ? null : await store.FindByEmailAsync(email!.Trim(), ct);
        if (account is null)
        {
            await passwords.VerifyNothingAsync(password, ct);
            return WrongCredentials;
        }

        if (!await passwords.VerifyAsync(password, account.PasswordHash, ct))
            return WrongCredentials;
        if (passwords.IsOutdated(account.PasswordHash))
            await TryRehashAsync(account, password, ct);
        return account;
    }

    /// <summary>The caller that a verified token stands for, or null when the account is gone or the token older than its password.</summary>
    public async ValueTask<AccountCaller?> AuthenticateAsync(UserId id, int tokenVersion, CancellationToken ct)
    {
        var standing = await _standings.GetAsync(id, FindStandingAsync, ct);
        if (standing is not null && standing.TokenVersion < tokenVersion)
        {
            // Another server signed it, after a change that this one has not heard of yet.
            await RefreshAsync(id, ct);
            standing = await _standings.GetAsync(id, FindStandingAsync, ct);
        }

        return standing is not null && standing.TokenVersion == tokenVersion ? standing.Caller : null;
    }

    /// <summary>One's own account; any other id is user_not_found.</summary>
    public async ValueTask<Result<Account>> GetAsync(AccountCaller caller, UserId id, CancellationToken ct) =>
        caller.Id == id && await store.FindAsync(id, ct) is { } account ? account : NoSuchUser;

    /// <summary>Fails with invalid_body, also when neither is given, or with email_taken.</summary>
    public async ValueTask<Result<Account>> UpdateAsync(AccountCaller caller, string? username, string? email, CancellationToken ct)
    {
        if (username is null && email is null)
            return new Error(ErrorCodes.InvalidBody, "Nothing to update: give 'username' or 'email'.");

        var faults = new List<FieldError>();
        if (username is not null)
            AccountRules.CheckUsername(username, faults);
        if (email is not null)
            AccountRules.CheckEmail(email, faults);
        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidBody, faults);

        using var turn = await _changing.EnterAsync(ct);
        for (var attempt = 1; ; attempt++)
        {
            if (caller.Revocation.IsRevoked)
                return DatabaseService.Revoked;
            if (await store.FindAsync(caller.Id, ct) is not { } account)
                return NoSuchUser;
            var changed = account with { Username = username ?? account.Username, Email = email?.Trim() ?? account.Email };
            if (changed == account)
                return account;
            var what = new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.AccountUpdate) { Changes = ChangesOf(account, changed) };
            if ((await audit.RunAsync(what, () => store.UpdateAsync(account, changed, ct), ct)).TryGet(out _, out var error))
                return changed;
            if (error.Code != ErrorCodes.Conflict || attempt == MaxAttempts)
                return error;
        }
    }

    /// <summary>Changes the password; every token given out before dies. Fails with invalid_body or invalid_credentials.</summary>
    public async ValueTask<Result<Done>> ChangePasswordAsync(AccountCaller caller, string? current, string? replacement, CancellationToken ct)
    {
        var faults = new List<FieldError>();
        if (string.IsNullOrEmpty(current))
            faults.Add(new("current_password", FieldCodes.Required, "is required"));
        AccountRules.CheckPassword(replacement, faults, "new_password");
        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidBody, faults);
        if (!(await ConfirmAsync(caller, current!, ct)).TryGet(out var confirmed, out var error))
            return error;

        var hash = await passwords.HashAsync(replacement!, ct);
        using var turn = await _changing.EnterAsync(ct);
        try
        {
            return await audit.RunAsync(
                new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.AccountPassword),
                () => ChangeConfirmedAsync(confirmed, account => account with { PasswordHash = hash, TokenVersion = account.TokenVersion + 1 }, NoSuchUser, ct),
                ct);
        }
        finally
        {
            Forget(caller); // also when the answer got lost: the password may be the new one
        }
    }

    /// <summary>Removes the account, its keys and all its databases. Fails with invalid_body or invalid_credentials.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(AccountCaller caller, string? password, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(password))
            return Error.Of(ErrorCodes.InvalidBody, "password", FieldCodes.Required, "is required");
        return (await ConfirmAsync(caller, password, ct)).TryGet(out var confirmed, out var error)
            ? await audit.RunAsync(
                new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.AccountDelete), () => DeleteConfirmedAsync(caller, confirmed, ct), _ => caller.Revocation.IsRevoked, made: null, ct)
            : error;
    }

    /// <summary>Once the tokens have ended, the caller's among them, there is no way back.</summary>
    private async ValueTask<Result<Done>> DeleteConfirmedAsync(AccountCaller caller, Account confirmed, CancellationToken ct)
    {
        if (!(await EndTokensAsync(caller, confirmed, ct)).TryGet(out _, out var error))
            return error;

        // From here on it is not cancelled: an account without half of its databases is what nobody asked for.
        for (var attempt = 1; ; attempt++)
        {
            if (!(await databases.DeleteAllAsync(caller, CancellationToken.None)).TryGet(out _, out error))
                return error;
            try
            {
                if ((await store.RemoveAsync(caller.Id, CancellationToken.None)).TryGet(out var done, out error))
                    return done;
            }
            finally
            {
                Forget(caller); // once more: the password was good to the end, somebody may have logged in with it meanwhile
            }

            // A request that was let in before the tokens died has created one more, or a file could not be removed.
            if (error.Code != ErrorCodes.Conflict || attempt == MaxDeletions)
                return error;
        }
    }

    /// <summary>Ends the callers of an account that another server removed, or whose tokens it ended. Those who came with what is true now go on.</summary>
    internal async ValueTask RefreshAsync(UserId id, CancellationToken ct)
    {
        _standings.Renew();
        if (!_standings.TryGet(id, out var standing) || standing is null)
            return;
        var isSame = false;
        try
        {
            isSame = await store.FindAsync(id, ct) is { } now && now.TokenVersion == standing.TokenVersion;
        }
        catch (UnavailableException)
        {
            // Not known to be good any more.
        }

        if (!isSame)
            _standings.Invalidate(id)?.Caller.Revocation.Revoke();
    }

    /// <summary>Looks every account up anew from now on.</summary>
    internal void ForgetAll() => _standings.Clear();

    /// <summary>Raises the version that tokens must carry, so that nothing is created behind the back of what follows.</summary>
    private async ValueTask<Result<Done>> EndTokensAsync(AccountCaller caller, Account confirmed, CancellationToken ct)
    {
        using var turn = await _changing.EnterAsync(ct);
        try
        {
            return await ChangeConfirmedAsync(confirmed, account => account with { TokenVersion = account.TokenVersion + 1 }, WrongPassword, ct);
        }
        finally
        {
            Forget(caller);
        }
    }

    /// <summary>Changes an account whose password is still the one that was confirmed.</summary>
    private async ValueTask<Result<Done>> ChangeConfirmedAsync(Account confirmed, Func<Account, Account> change, Error gone, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(confirmed.Id, ct) is not { } account)
                return gone;
            if (account.TokenVersion != confirmed.TokenVersion)
                return WrongPassword; // it was another one when it was confirmed
            if ((await store.UpdateAsync(account, change(account), ct)).TryGet(out var done, out var error))
                return done;
            if (error.Code != ErrorCodes.Conflict || attempt == MaxAttempts)
                return error;
        }
    }

    private static IReadOnlyList<string> ChangesOf(Account before, Account after) =>
        [.. before.Username == after.Username ? Array.Empty<string>() : ["username"], .. before.Email == after.Email ? Array.Empty<string>() : ["email"]];

    private async ValueTask TryRehashAsync(Account account, string password, CancellationToken ct)
    {
        try
        {
            await store.RehashAsync(account.Id, account.PasswordHash, await passwords.HashAsync(password, ct), ct);
        }
        catch (UnavailableException)
        {
            // A full disk is no reason to keep anybody out; the next login tries again.
        }
    }

    private async ValueTask<Result<Account>> ConfirmAsync(AccountCaller caller, string password, CancellationToken ct)
    {
        if (await store.FindAsync(caller.Id, ct) is not { } account)
            return NoSuchUser;
        return password.Length <= AccountRules.MaxPassword && await passwords.VerifyAsync(password, account.PasswordHash, ct)
            ? account
            : WrongPassword;
    }

    private void Forget(AccountCaller caller)
    {
        _standings.Invalidate(caller.Id)?.Caller.Revocation.Revoke();
        caller.Revocation.Revoke();
    }

    private async ValueTask<Standing?> FindStandingAsync(UserId id, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } account ? new Standing(account.TokenVersion, new AccountCaller(id, new Revocation())) : null;

    private static Error WrongCredentials { get; } = new(ErrorCodes.InvalidCredentials, "The e-mail address or the password is wrong.");

    private static Error WrongPassword { get; } = new(ErrorCodes.InvalidCredentials, "The password is wrong.");

    private static Error NoSuchUser { get; } = new(ErrorCodes.UserNotFound, "There is no such user.");

    /// <summary>What a token is checked against, with the caller that all requests of the account share.</summary>
    private sealed record Standing(int TokenVersion, AccountCaller Caller);
}
