using Nebula.Core.Databases;
using Nebula.Storage.Sqlite;

namespace Nebula.Storage.Tests.Support;

/// <summary>A SQLite storage in a folder of its own.</summary>
public sealed class RunningStorage : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly TimeProvider _clock;
    private SqliteStorage? _storage;
    private Services? _services;

    private RunningStorage(TemporaryDirectory directory, Func<StorageOptions, StorageOptions>? change, TimeProvider? clock)
    {
        _directory = directory;
        _clock = clock ?? TimeProvider.System;
        var options = new StorageOptions { DataDirectory = directory.Path };
        Options = change is null ? options : change(options);
    }

    public SqliteStorage Storage => _storage ?? throw new InvalidOperationException("The storage is stopped.");

    public Services Services => _services ?? throw new InvalidOperationException("The storage is stopped.");

    /// <summary>As of the next start.</summary>
    public StorageOptions Options { get; set; }

    public RecordingLoggers Log { get; } = new();

    public TemporaryDirectory Directory => _directory;

    public string MetadataPath => _directory.Combine(Options.MetadataFile);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts in a new folder.</summary>
    public static Task<RunningStorage> StartAsync(Func<StorageOptions, StorageOptions>? change = null, TimeProvider? clock = null) =>
        StartInAsync(new TemporaryDirectory(), change, clock);

    /// <summary>Starts in a folder that has something in it already, and owns it from then on, also when it does not start.</summary>
    public static async Task<RunningStorage> StartInAsync(
        TemporaryDirectory directory, Func<StorageOptions, StorageOptions>? change = null, TimeProvider? clock = null)
    {
        var running = new RunningStorage(directory, change, clock);
        try
        {
            await running.StartAsync();
            return running;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public async Task RestartAsync(Action? between = null)
    {
        await StopAsync();
        between?.Invoke();
        await StartAsync();
    }

    public async Task StopAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        (_storage, _services) = (null, null);
    }

    public async Task StartAsync()
    {
        _storage = await SqliteStorage.StartAsync(Options, _clock, Log, Ct);
        _services = new Services(_storage, _clock);
    }

    public string PathOf(Database database) => _directory.Combine(database.FilePath.Split('/'));

    public OtherProgram OpenFile(Database database) => new(PathOf(database));

    public OtherProgram OpenMetadata() => new(MetadataPath);

    /// <summary>Looks at the engine's own object of an open database.</summary>
    internal async Task<T> InsideAsync<T>(Database database, Func<OpenDatabase, T> look)
    {
        using var lease = await Storage.Pool.LeaseAsync(database.Id, Ct).Succeeds();
        return look(lease.Database);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }
}
