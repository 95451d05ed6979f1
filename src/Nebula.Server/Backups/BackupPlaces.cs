using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Server.Commands;
using Nebula.Server.Options;
using Nebula.Server.S3;
using Nebula.Storage;
using Nebula.Storage.Backups;

namespace Nebula.Server.Backups;

/// <summary>The place of the configuration, and those that a command names. Disposing closes their connections.</summary>
internal sealed class BackupPlaces : IBackupStores, IDisposable
{
    private const string DirectoryName = "backups";

    private readonly PlacedStorage _storage;
    private readonly BackupOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _opening = new();
    private readonly Dictionary<BackupPlace, IBackupTarget> _targets = [];
    private readonly BackupPlace? _configured;

    public BackupPlaces(PlacedStorage storage, NebulaOptions options, TimeProvider clock)
    {
        (_storage, _options, _clock) = (storage, options.Backups, clock);
        _configured = options.Backups.Place ?? (options.Postgres is null ? BackupPlace.In(Path.Combine(options.Storage.DataDirectory, DirectoryName)) : null);
    }

    public Result<IBackupStore> Open(string? place)
    {
        if (!FindTarget(place, _configured, "backups").TryGet(out var target, out var error))
            return error;
        return _storage.BackupsAt(target, _options.Key, VersionCommand.Version);
    }

    public Result<IHistories> OpenHistories(string? place)
    {
        if (!FindTarget(place, _options.Place, "histories").TryGet(out var target, out var error))
            return error;
        return Result.Success(_storage.HistoriesAt(target, _options.Key));
    }

    /// <summary>A bucket keeps connections until it is disposed.</summary>
    public static IBackupTarget TargetAt(BackupPlace place, S3Options options, TimeProvider clock) =>
        place.Directory is { } directory ? new DirectoryBackupTarget(directory, clock) : new S3BackupTarget(options, place.Bucket!, place.Prefix); // one of the two is given

    public void Dispose()
    {
        foreach (var bucket in _targets.Values.OfType<IDisposable>())
            bucket.Dispose();
    }

    /// <param name="what">What is kept there, for the message.</param>
    private Result<IBackupTarget> FindTarget(string? text, BackupPlace? otherwise, string what)
    {
        var place = otherwise;
        if (text is not null && BackupPlace.Parse(text, out place) is { } fault)
            return new Error(ErrorCodes.InvalidParameter, $"The place of the {what} {fault}.");
        if (place is null)
            return NotConfigured;
        if (place.Bucket is not null && !_options.S3.HasCredentials)
            return NoCredentials;
        lock (_opening)
        {
            if (!_targets.TryGetValue(place, out var target))
                _targets.Add(place, target = TargetAt(place, _options.S3, _clock));
            return Result.Success(target);
        }
    }

    private static Error NotConfigured { get; } = new(ErrorCodes.Conflict, "This server has no place for backups.") { Hint = "The operator gives it one with NEBULA_BACKUP_TARGET." };

    private static Error NoCredentials { get; } = new(ErrorCodes.InvalidParameter, "A bucket needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
}
