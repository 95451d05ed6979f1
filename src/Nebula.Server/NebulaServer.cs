using Nebula.Api;
using Nebula.Api.Pipeline;
using Nebula.Server.Commands;
using Nebula.Server.Operator;
using Nebula.Server.Options;
using Nebula.Storage;
using Nebula.Storage.Files;

namespace Nebula.Server;

/// <summary>A running server: its storage and its host. Disposing stops taking requests, finishes those that run, copies the logs into their files and closes.</summary>
internal sealed partial class NebulaServer : IAsyncDisposable
{
    private readonly IStorage _storage;
    private readonly WebApplication _app;
    private readonly OperatorHost? _operatorHost;
    private readonly ILogger _logger;

    private NebulaServer(IStorage storage, WebApplication app, OperatorHost? operatorHost, ILogger logger) =>
        (_storage, _app, _operatorHost, _logger) = (storage, app, operatorHost, logger);

    /// <summary>Where it listens, with the port that it really got.</summary>
    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    /// <param name="configure">Changes the services; for tests.</param>
    public static async Task<NebulaServer> StartAsync(
        NebulaOptions options, ILoggerFactory loggers, CancellationToken ct, Action<IServiceCollection>? configure = null)
    {
        var logger = loggers.CreateLogger<NebulaServer>();
        options = DescriptorBudget.Fit(options, Posix.RaiseDescriptorLimit());
        foreach (var warning in options.Warnings)
            Warn(logger, warning);

        // Lists hold threads of the pool while SQLite works: it starts with enough that short requests need not wait for new ones.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, SqliteStorage.MaxBlockedThreads + Environment.ProcessorCount * 2), completions);

        var storage = await EngineStart.StartAsync(options, loggers, ct);
        WebApplication? app = null;
        try
        {
            app = Build(options.WithJwtSecret(), storage, loggers, configure);
            await app.StartAsync(ct);
            var operatorHost = options.Postgres is null || Directory.Exists(options.Storage.DataDirectory)
                ? await OperatorHost.StartAsync(options.Storage.DataDirectory, app.Services, loggers, ct)
                : null;
            Started(logger, VersionCommand.Version, app.Urls.First(), storage.Location);
            return new NebulaServer(storage, app, operatorHost, logger);
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            await storage.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        // Whatever stopping the host runs into, the files are closed in order.
        await using (_storage)
        {
            await using (_app)
            {
                if (_operatorHost is not null)
                    await _operatorHost.DisposeAsync();
                await _app.StopAsync(CancellationToken.None);
            }
        }

        Stopped(_logger);
    }

    private static WebApplication Build(NebulaOptions options, PlacedStorage storage, ILoggerFactory loggers, Action<IServiceCollection>? configure)
    {
        // The empty builder reads no files of its own and watches none.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = options.IsProduction ? "Production" : "Development" });
        builder.Services.AddSingleton(loggers);
        builder.AddNebulaHost(options);
        builder.Services
            .AddNebulaStorage(storage)
            .AddNebulaCore(options)
            .AddNebulaUpkeep(options)
            .AddNebulaBackups(storage, options)
            .AddNebulaSharing(options)
            .AddNebulaApi(options.Api);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseNebula();
        app.MapNebula();
        return app;
    }

    [LoggerMessage(3001, LogLevel.Information, "Nebula {Version} listens on {Address}, with its data in {Location}")]
    private static partial void Started(ILogger logger, string version, string address, string location);

    [LoggerMessage(3002, LogLevel.Information, "Nebula has stopped")]
    private static partial void Stopped(ILogger logger);

    [LoggerMessage(3003, LogLevel.Warning, "{Warning}")]
    private static partial void Warn(ILogger logger, string warning);
}
