using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Server.Commands;
using Nebula.Server.Options;
using Nebula.Storage;
using Nebula.Storage.Backups;

namespace Nebula.Server.Backups;

/// <summary>The place of the configuration, and those that a command names.</summary>
internal sealed class BackupPlaces : IBackupStores
{
    private const string DirectoryName = "backups";

    private readonly PlacedStorage _storage;
    private readonly BackupOptions _options;
    private readonly TimeProvider _clock;
    private readonly BackupStore? _configured;

    public BackupPlaces(PlacedStorage storage, NebulaOptions options, TimeProvider clock)
    {
        (_storage, _options, _clock) = (storage, options.Backups, clock);
        var place = options.Backups.Place ?? (options.Postgres is null ? new BackupPlace(Path.Combine(options.Storage.DataDirectory, DirectoryName)) : null);
        _configured = place is null ? null : At(place);
    }

    public Result<IBackupStore> Open(string? place)
    {
        if (place is null)
            return _configured is null ? NotConfigured : Result.Success<IBackupStore>(_configured);
        return BackupPlace.Parse(place, out var parsed) is { } fault
            ? new Error(ErrorCodes.InvalidParameter, $"The place of the backups {fault}.")
            : Result.Success<IBackupStore>(At(parsed!)); // nothing was wrong with it
    }

    public Result<IHistories> OpenHistories(string? place)
    {
        var parsed = _options.Place;
        if (place is not null && BackupPlace.Parse(place, out parsed) is { } fault)
            return new Error(ErrorCodes.InvalidParameter, $"The place of the histories {fault}.");
        return parsed is null ? NotConfigured : Result.Success(_storage.HistoriesAt(TargetAt(parsed, _clock), _options.Key));
    }

    public static IBackupTarget TargetAt(BackupPlace place, TimeProvider clock) => new DirectoryBackupTarget(place.Directory, clock);

    private BackupStore At(BackupPlace place) => _storage.BackupsAt(TargetAt(place, _clock), _options.Key, VersionCommand.Version);

    private static Error NotConfigured { get; } = new(ErrorCodes.Conflict, "This server has no place for backups.") { Hint = "The operator gives it one with NEBULA_BACKUP_TARGET." };
}
