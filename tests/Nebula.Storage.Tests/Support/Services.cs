using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;
using Nebula.Core.Databases.Files;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Support;

/// <summary>The core's own services on top of the stores: only they hand out what the record store takes.</summary>
public sealed class Services
{
    public Services(IStorage storage, TimeProvider clock, QuotaSet? bounds = null)
    {
        Clock = clock;
        Accounts = storage.Accounts;
        Keys = storage.ApiKeys;
        Audit = storage.Audit;
        DatabaseStore = storage.Databases;
        TableStore = storage.Tables;
        var cache = new ApiKeyCache();
        var audit = new AuditLog(storage.Audit);
        QuotaStore = storage.Quotas;
        Quotas = new QuotaService(storage.Quotas, bounds ?? QuotaSet.Unlimited, storage.Databases, clock);
        Uses = new ApiKeyUses(storage.ApiKeys, clock);
        Databases = new DatabaseService(storage.Databases, cache, Quotas, audit);
        ApiKeys = new ApiKeyService(storage.ApiKeys, cache, Uses, Databases, storage.Tables, audit, clock);
        Tables = new TableService(storage.Tables, Databases, Quotas, audit);
        Records = new RecordService(Tables, storage.Records, Cursors, Quotas, clock);
        Bulk = new BulkService(Tables, storage.Bulk, Quotas, clock);
        Batches = new BatchService(Tables, storage.Batches, Quotas, clock);
        Aggregates = new AggregateService(Tables, storage.Aggregates, Cursors, Quotas, clock);
        Exports = new ExportService(Tables, storage.Exports, clock);
        Imports = new ImportService(Tables, storage.Imports, Quotas, clock);
        Branches = new BranchService(Databases, storage.Databases, storage.DatabaseFiles, storage.Branches, Quotas, audit, clock, report: e => throw e);
        BranchStore = storage.Branches;
        BackupProgress = storage.BackupsUnderWay;
        FileStore = storage.DatabaseFiles;
        Files = new DatabaseFileService(Databases, storage.Databases, storage.DatabaseFiles, Quotas, audit);
    }

    public TimeProvider Clock { get; }

    public IAccountStore Accounts { get; }

    public IApiKeyStore Keys { get; }

    public IAuditStore Audit { get; }

    public IQuotaStore QuotaStore { get; }

    public QuotaService Quotas { get; }

    public IDatabaseStore DatabaseStore { get; }

    public ITableStore TableStore { get; }

    public ApiKeyUses Uses { get; }

    public ApiKeyService ApiKeys { get; }

    public DatabaseService Databases { get; }

    public TableService Tables { get; }

    public CursorSigner Cursors { get; } = new("a secret of tests"u8);

    public RecordService Records { get; }

    public BulkService Bulk { get; }

    public BatchService Batches { get; }

    public AggregateService Aggregates { get; }

    public ExportService Exports { get; }

    public ImportService Imports { get; }

    public DatabaseFileService Files { get; }

    public BranchService Branches { get; }

    public IBranchStore BranchStore { get; }

    public IBackupProgressStore BackupProgress { get; }

    public IDatabaseFileStore FileStore { get; }

    /// <summary>A new account, added.</summary>
    public async Task<Tenant> AddTenantAsync()
    {
        var account = Some.Account(Clock);
        await Accounts.AddAsync(account, TestContext.Current.CancellationToken).Succeeds();
        return new Tenant(this, account.Id);
    }
}
