using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;
using Nebula.Core.Databases.Files;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;

namespace Nebula.Storage;

/// <summary>An engine: everything that the core asks of a storage. Disposing finishes what waits and gives up what it holds. Thread-safe.</summary>
public interface IStorage : IAsyncDisposable
{
    IAccountStore Accounts { get; }

    IApiKeyStore ApiKeys { get; }

    IAuditStore Audit { get; }

    IQuotaStore Quotas { get; }

    IBranchStore Branches { get; }

    IBackupProgressStore BackupsUnderWay { get; }

    IDatabaseStore Databases { get; }

    IDatabaseFileStore DatabaseFiles { get; }

    ITableStore Tables { get; }

    IRecordStore Records { get; }

    IAggregateStore Aggregates { get; }

    IBulkStore Bulk { get; }

    IBatchStore Batches { get; }

    IExportStore Exports { get; }

    IImportStore Imports { get; }

    /// <summary>The engine's name and version, as clients are told.</summary>
    (string Name, string Version) Engine { get; }

    /// <summary>How many databases are open.</summary>
    int OpenDatabases { get; }

    /// <summary>How many databases can't be served.</summary>
    int QuarantinedDatabases { get; }

    /// <summary>Where the data are, for the log; without a secret.</summary>
    string Location { get; }

    /// <summary>Whether the histories of databases reach the place where they are kept; null where none are kept.</summary>
    bool? AreHistoriesShipped { get; }

    /// <summary>Whether the metadata answers; throws when it fails.</summary>
    ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct);

    /// <summary>
    /// Hands over what other servers on the same data changed, each within a second, until it is cancelled; what was changed since the start is not missed. Ends at once where there can be
    /// no other server. To be called once.
    /// </summary>
    Task FollowAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct);
}
