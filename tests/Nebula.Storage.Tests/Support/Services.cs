using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
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
    public Services(
        IAccountStore accounts, IApiKeyStore keys, IDatabaseStore databases, IDatabaseFileStore files, ITableStore tables, IRecordStore records, IAggregateStore aggregates, IBulkStore bulk,
        IBatchStore batches, IExportStore exports, IImportStore imports, TimeProvider clock)
    {
        Clock = clock;
        Accounts = accounts;
        Keys = keys;
        DatabaseStore = databases;
        TableStore = tables;
        var cache = new ApiKeyCache();
        Uses = new ApiKeyUses(keys, clock);
        Databases = new DatabaseService(databases, cache);
        ApiKeys = new ApiKeyService(keys, cache, Uses, Databases, tables, clock);
        Tables = new TableService(tables, Databases);
        Records = new RecordService(Tables, records, Cursors, clock);
        Bulk = new BulkService(Tables, bulk, clock);
        Batches = new BatchService(Tables, batches, clock);
        Aggregates = new AggregateService(Tables, aggregates, Cursors, clock);
        Exports = new ExportService(Tables, exports, clock);
        Imports = new ImportService(Tables, imports, clock);
        Files = new DatabaseFileService(Databases, databases, files);
    }

    public TimeProvider Clock { get; }

    public IAccountStore Accounts { get; }

    public IApiKeyStore Keys { get; }

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

    /// <summary>A new account, added.</summary>
    public async Task<Tenant> AddTenantAsync()
    {
        var account = Some.Account(Clock);
        await Accounts.AddAsync(account, TestContext.Current.CancellationToken).Succeeds();
        return new Tenant(this, account.Id);
    }
}
