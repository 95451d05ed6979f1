using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Fakes;

/// <summary>The whole core on stores in memory, put together as the server does it.</summary>
internal sealed class World
{
    public World(bool signupOpen = true)
    {
        var cache = new ApiKeyCache();
        DatabaseStore = new(Clock) { Removed = id => ApiKeyStore.All.RemoveAll(k => k.DatabaseId == id) };
        AccountStore = new(DatabaseStore);
        var audit = new AuditLog(Audit);
        Quotas = new(QuotaStore, QuotaSet.Unlimited, DatabaseStore, Clock);
        Databases = new(DatabaseStore, cache, Quotas, audit);
        Uses = new(ApiKeyStore, Clock);
        ApiKeys = new(ApiKeyStore, cache, Uses, Databases, TableStore, audit, Clock);
        Accounts = new(AccountStore, Passwords, Databases, new AccountPolicy(signupOpen), audit, Clock);
        Tables = new(TableStore, Databases, Quotas, audit);
        Records = new(Tables, RecordStore, Some.Cursors, Quotas, Clock);
    }

    public ManualClock Clock { get; } = new();

    public PlainPasswords Passwords { get; } = new();

    public InMemoryAccounts AccountStore { get; }

    public InMemoryDatabases DatabaseStore { get; }

    public InMemoryApiKeys ApiKeyStore { get; } = new();

    public InMemoryQuotas QuotaStore { get; } = new();

    public QuotaService Quotas { get; }

    public InMemoryAudit Audit { get; } = new();

    public InMemoryTables TableStore { get; } = new();

    public ScriptedRecords RecordStore { get; } = new();

    public AccountService Accounts { get; }

    public DatabaseService Databases { get; }

    public ApiKeyService ApiKeys { get; }

    public ApiKeyUses Uses { get; }

    public TableService Tables { get; }

    public RecordService Records { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Somebody who signed up and logged in.</summary>
    public async Task<AccountCaller> AccountAsync(string email = "ada@example.com")
    {
        var account = await Accounts.SignUpAsync(email, "ada.lovelace", Some.Password, Ct).Succeeds();
        return Assert.IsType<AccountCaller>(await Accounts.AuthenticateAsync(account.Id, account.TokenVersion, Ct));
    }

    public async Task<Database> DatabaseAsync(AccountCaller owner, string name = "shop") =>
        await Databases.CreateAsync(owner, Some.DatabaseName(name), Ct).Succeeds();

    /// <summary>A new key of a database, and its text.</summary>
    public async Task<(ApiKey Key, string Text)> KeyAsync(AccountCaller owner, Database database, ApiKeyChange? wanted = null) =>
        await ApiKeys.CreateAsync(owner, database.Name, wanted ?? new ApiKeyChange { Name = "app" }, Ct).Succeeds();

    /// <summary>Whoever comes with a new key of a database.</summary>
    public async Task<KeyCaller> KeyCallerAsync(AccountCaller owner, Database database, ApiKeyChange? wanted = null)
    {
        var (_, text) = await KeyAsync(owner, database, wanted);
        return Assert.IsType<KeyCaller>(await ApiKeys.AuthenticateAsync(text, Ct));
    }
}
