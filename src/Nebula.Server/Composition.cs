using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Nebula.Api.Health;
using Nebula.Api.RateLimiting;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;
using Nebula.Core.Databases.Files;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Server.Backups;
using Nebula.Server.Connections;
using Nebula.Server.Options;
using Nebula.Server.Redis;
using Nebula.Server.Workers;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Wires the layers together; no other layer knows the container.</summary>
internal static partial class Composition
{
    private const int MaxHeaderBytes = 32 * 1024;
    private const int MaxRequestLineBytes = 16 * 1024;

    /// <summary>Below this a client only holds memory: a poor mobile connection is ten times as fast.</summary>
    private static readonly MinDataRate _slowest = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(10));
    private static readonly TimeSpan _headersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(20);

    public static IServiceCollection AddNebulaCore(this IServiceCollection services, NebulaOptions options) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new AccountPolicy(options.Api.SignupOpen))
        .AddSingleton(new CursorSigner(Encoding.UTF8.GetBytes(options.Api.JwtSecret)))
        .AddSingleton<AuditLog>()
        .AddSingleton(provider => new QuotaService(
            provider.GetRequiredService<IQuotaStore>(), options.Quotas, provider.GetRequiredService<IDatabaseStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<AccountQuotas>()
        .AddSingleton(provider => new BranchService(
            provider.GetRequiredService<DatabaseService>(), provider.GetRequiredService<IDatabaseStore>(), provider.GetRequiredService<IDatabaseFileStore>(),
            provider.GetRequiredService<IBranchStore>(), provider.GetRequiredService<QuotaService>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<TimeProvider>(),
            ReportTo<BranchService>(provider, BranchFailed)))
        .AddSingleton<ApiKeyCache>()
        .AddSingleton<ApiKeyUses>()
        .AddSingleton<AccountService>()
        .AddSingleton<DatabaseService>()
        .AddSingleton<DatabaseFileService>()
        .AddSingleton<MoveService>()
        .AddSingleton<ApiKeyService>()
        .AddSingleton<RemoteChanges>()
        .AddSingleton<TableService>()
        .AddSingleton<RecordService>()
        .AddSingleton<AggregateService>()
        .AddSingleton<BulkService>()
        .AddSingleton<BatchService>()
        .AddSingleton<ExportService>()
        .AddSingleton<ImportService>();

    public static IServiceCollection AddNebulaStorage(this IServiceCollection services, PlacedStorage storage) => services
        .AddSingleton<IStorage>(storage)
        .AddSingleton(storage.Mover)
        .AddSingleton(storage.Accounts)
        .AddSingleton(storage.ApiKeys)
        .AddSingleton(storage.Audit)
        .AddSingleton(storage.Quotas)
        .AddSingleton(storage.Branches)
        .AddSingleton(storage.BackupsUnderWay)
        .AddSingleton(storage.Databases)
        .AddSingleton(storage.DatabaseFiles)
        .AddSingleton(storage.Tables)
        .AddSingleton(storage.Records)
        .AddSingleton(storage.Aggregates)
        .AddSingleton(storage.Bulk)
        .AddSingleton(storage.Batches)
        .AddSingleton(storage.Exports)
        .AddSingleton(storage.Imports)
        .AddSingleton<IServerStatus>(provider => new StorageStatus(storage, provider.GetService<ScheduledBackups>()))
        .AddHostedService<KeyUseWriter>()
        .AddHostedService<RemoteChangeFollower>();

    /// <summary>What the server does by itself, again and again.</summary>
    public static IServiceCollection AddNebulaUpkeep(this IServiceCollection services, NebulaOptions options) => services
        .AddHostedService(provider => new AuditSweeper(
            provider.GetRequiredService<IAuditStore>(), TimeSpan.FromDays(options.AuditKeepDays), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditSweeper>>()));

    public static IServiceCollection AddNebulaBackups(this IServiceCollection services, PlacedStorage storage, NebulaOptions options)
    {
        services
            .AddSingleton<IBackupStores>(provider => new BackupPlaces(storage, options, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(new BackupPolicy(options.Backups.PerDatabase))
            .AddSingleton<BackupService>()
            .AddSingleton(provider => new DatabaseBackupService(
                provider.GetRequiredService<DatabaseService>(), provider.GetRequiredService<IDatabaseStore>(), provider.GetRequiredService<IAccountStore>(), provider.GetRequiredService<IBackupStores>(),
                provider.GetRequiredService<IBackupProgressStore>(), provider.GetRequiredService<BackupPolicy>(), provider.GetRequiredService<QuotaService>(), provider.GetRequiredService<AuditLog>(),
                provider.GetRequiredService<TimeProvider>(), ReportTo<DatabaseBackupService>(provider, BackupFailed)))
            .AddSingleton<HistoryService>()
            .AddSingleton(provider => new OwnedBackupSweep(
                provider.GetRequiredService<IBackupStores>(), provider.GetRequiredService<IAccountStore>(), provider.GetRequiredService<IDatabaseStore>(), provider.GetRequiredService<IAuditStore>(),
                OwnedBackupsKept(options), provider.GetRequiredService<TimeProvider>()))
            .AddHostedService<OwnedBackupSweeper>();
        if (options.Backups is not { Schedule: { } schedule } backups)
            return services;
        var retention = new BackupRetention(backups.Keep, backups.KeepDays > 0 ? TimeSpan.FromDays(backups.KeepDays) : null);
        return services.AddSingleton<ScheduledBackups>().AddHostedService(provider => new BackupWorker(
            provider.GetRequiredService<IBackupStores>(), schedule, retention, provider.GetRequiredService<ScheduledBackups>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BackupWorker>>()));
    }

    /// <summary>The logger is asked for now: what is reported when the server stops is reported while the services go.</summary>
    private static Action<Exception> ReportTo<T>(IServiceProvider services, Action<ILogger, Exception> report)
    {
        var logger = services.GetRequiredService<ILogger<T>>();
        return e => report(logger, e);
    }

    /// <summary>Not for longer than the audit log tells of the deletion.</summary>
    private static TimeSpan OwnedBackupsKept(NebulaOptions options) =>
        TimeSpan.FromDays(Math.Min(options.Backups.KeptAfterDeletion.TotalDays, Math.Max(0, options.AuditKeepDays - 1)));

    /// <summary>What the replicas of a server share beside their data, if there is anything to share it by.</summary>
    public static IServiceCollection AddNebulaSharing(this IServiceCollection services, NebulaOptions options) =>
        options is not { Redis: { } address, Api.RateLimitEnabled: true } ? services : services
            .AddSingleton(provider => new RedisBuckets(
                address, new BucketKeys(options.Api.JwtSecret), RedisBuckets.Patience, provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RedisBuckets>>()))
            .AddSingleton<ISharedBuckets>(provider => provider.GetRequiredService<RedisBuckets>())
            .AddHostedService(provider => provider.GetRequiredService<RedisBuckets>());

    /// <summary>The web server with its limits: slow and oversized clients are dropped before anything of Nebula runs.</summary>
    public static void AddNebulaHost(this WebApplicationBuilder builder, NebulaOptions options)
    {
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = _shutdownTimeout;
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore; // logged; requests are served whatever became of the rest
        });
        builder.WebHost.UseKestrelCore();
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory>(
            provider => new BoundedListenerFactory(
                new SocketTransportFactory(provider.GetRequiredService<IOptions<SocketTransportOptions>>(), provider.GetRequiredService<ILoggerFactory>()), options.MaxConnections)));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Api.MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = _headersTimeout;
            kestrel.Limits.MinRequestBodyDataRate = _slowest;
            kestrel.Limits.MinResponseDataRate = _slowest;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            if (IPAddress.TryParse(options.Host, out var address))
                kestrel.Listen(address, options.Port);
            else if (options.Port == 0)
                kestrel.Listen(IPAddress.Loopback, 0); // a name can't share a port that is yet to be chosen
            else
                kestrel.ListenLocalhost(options.Port);
        });
    }

    [LoggerMessage(3108, LogLevel.Error, "A branch of a database could not be made")]
    private static partial void BranchFailed(ILogger logger, Exception exception);

    [LoggerMessage(3111, LogLevel.Error, "A backup that an owner asked for could not be made")]
    private static partial void BackupFailed(ILogger logger, Exception exception);
}
