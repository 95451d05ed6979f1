using Nebula.Api;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Server.Backups;
using Nebula.Server.Logging;
using Nebula.Server.Redis;
using Nebula.Storage;
using Nebula.Storage.Postgres;
using Known = Nebula.Server.Options.KnownVariables;

namespace Nebula.Server.Options;

/// <summary>
/// The whole configuration, valid once it exists. <see cref="From"/> touches no file, so <c>Api.JwtSecret</c> is empty after it when no
/// <c>JWT_SECRET</c> was given; <see cref="WithJwtSecret"/> fills it from the data directory.
/// </summary>
internal sealed record NebulaOptions
{
    /// <summary>An IP address, or <c>localhost</c>.</summary>
    public required string Host { get; init; }

    /// <summary>0 means any free port.</summary>
    public required int Port { get; init; }

    public required bool IsProduction { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required LogFormat LogFormat { get; init; }

    public required StorageOptions Storage { get; init; }

    /// <summary>Null where the data are in files.</summary>
    public required PostgresOptions? Postgres { get; init; }

    /// <summary>The placements besides that of the metadata.</summary>
    public required IReadOnlyList<PlacementOptions> Placements { get; init; }

    public required ApiOptions Api { get; init; }

    /// <summary>Where all replicas count the limits of requests together; null where each counts by itself.</summary>
    public required RedisAddress? Redis { get; init; }

    /// <summary>How much each account may have and do for which the operator set nothing else.</summary>
    public required QuotaSet Quotas { get; init; }

    /// <summary>How long the audit log keeps its entries, in days.</summary>
    public required int AuditKeepDays { get; init; }

    public required BackupOptions Backups { get; init; }

    /// <summary>How many clients may be connected at once; a further one is turned away.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>What does not stop the start but should be logged, each a sentence.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Reads every variable. Throws <see cref="InvalidOptionsException"/> with all that is wrong.</summary>
    public static NebulaOptions From(IReadOnlyDictionary<string, string> variables)
    {
        var reader = new VariableReader(variables);
        var own = reader.Read(Known.Storage) == StorageEngine.Postgres ? PlacementName.Postgres : PlacementName.Sqlite;
        var placements = PlacementVariables.Read(reader, own);
        var forNew = PlacementVariables.ReadNew(reader, own, placements);
        var options = new NebulaOptions
        {
            Host = reader.Read(Known.ServerHost),
            Port = reader.Read(Known.ServerPort),
            IsProduction = reader.Read(Known.AppEnv),
            LogLevel = reader.Read(Known.LogLevel),
            LogFormat = reader.Read(Known.LogFormat),
            Storage = forNew.Count > 0 ? StorageFrom(reader) with { NewDatabases = forNew } : StorageFrom(reader),
            Postgres = PostgresFrom(reader) is { } postgres ? forNew.Count > 0 ? postgres with { NewDatabases = forNew } : postgres : null,
            Placements = placements,
            Api = ApiFrom(reader),
            Redis = reader.Read(Known.RedisUrl),
            Quotas = QuotasFrom(reader),
            Backups = BackupsFrom(reader),
            AuditKeepDays = reader.Read(Known.AuditKeepDays),
            Warnings = [],
        };
        if (options.Backups.Place?.Bucket is not null)
        {
            reader.Require(Known.AwsAccessKeyId, $"{Known.BackupTarget.Name} is a bucket");
            reader.Require(Known.AwsSecretAccessKey, $"{Known.BackupTarget.Name} is a bucket");
        }

        if (options is { Backups: { Schedule: not null, Place: null }, Postgres: not null })
            reader.Require(Known.BackupTarget, $"{Known.BackupSchedule.Name} is, and with PostgreSQL there is no other place for backups");
        if (options.Backups.Histories is not null)
        {
            reader.Require(Known.BackupTarget, $"{Known.PointInTime.Name} is on: with the disk, a history on it is lost too");
            if (options.Postgres is not null)
                reader.Add(Known.PointInTime, "is on, but NEBULA_STORAGE is postgres, where PostgreSQL's own tools do that");
        }

        reader.ThrowIfAnyIsWrong();
        return options with { Warnings = [.. UnknownVariables.Warn(variables.Keys), .. ProxyWarnings(options.Api), .. EngineWarnings(options, reader)] };
    }

    /// <summary>
    /// These options with a secret: the one given, else that of <see cref="JwtSecretFile"/>, made now if there is none. To be called once, by
    /// whoever owns the data directory. Throws <see cref="InvalidOptionsException"/> when the file can't be made, read or trusted.
    /// </summary>
    public NebulaOptions WithJwtSecret() =>
        Api.JwtSecret.Length > 0 ? this : this with { Api = Api with { JwtSecret = JwtSecretFile.LoadOrCreate(Storage.DataDirectory) } };

    private static QuotaSet QuotasFrom(VariableReader reader) => QuotaSet.Unlimited.With(
    [
        new(Quota.Databases, reader.Read(Known.QuotaDatabases)),
        new(Quota.TablesPerDatabase, reader.Read(Known.QuotaTables)),
        new(Quota.BytesPerDatabase, reader.Read(Known.QuotaBytes)),
        new(Quota.RowsPerRequest, reader.Read(Known.QuotaRows)),
        new(Quota.RequestsPerMinute, reader.Read(Known.QuotaRequests)),
    ]);

    private static StorageOptions StorageFrom(VariableReader reader) => new()
    {
        DataDirectory = reader.Has(Known.DataDirectory) ? reader.Read(Known.DataDirectory) : Path.GetFullPath(Known.DataDirectory.Otherwise),
        MetadataFile = reader.Read(Known.MetadataFile),
        MaxOpenDatabases = reader.Read(Known.MaxOpenDatabases),
        IdleDatabaseTimeout = TimeSpan.FromSeconds(reader.Read(Known.IdleDatabaseSeconds)),
        ReadersPerDatabase = reader.Read(Known.ReadersPerDatabase),
        QueryTimeout = TimeSpan.FromMilliseconds(reader.Read(Known.QueryTimeoutMs)),
        WriteTimeout = TimeSpan.FromMilliseconds(reader.Read(Known.WriteTimeoutMs)),
        MaxWalBytes = reader.Read(Known.MaxWalBytes),
        CacheKibPerConnection = reader.Read(Known.CacheKib),
    };

    private static PostgresOptions? PostgresFrom(VariableReader reader)
    {
        var engine = reader.Read(Known.Storage);
        var (url, direct) = (reader.Read(Known.DatabaseUrl), reader.Read(Known.DatabaseDirectUrl));
        var (isPooled, poolSize) = (reader.Read(Known.DatabasePooler), reader.Read(Known.DatabasePoolSize));
        if (engine != StorageEngine.Postgres)
            return null;

        reader.Require(Known.DatabaseUrl, "NEBULA_STORAGE is postgres");
        reader.Require(Known.JwtSecret, "NEBULA_STORAGE is postgres: all servers have to sign with the same one");
        var server = new PostgresServerOptions(url)
        {
            IsPooled = isPooled,
            PoolSize = poolSize,
            QueryTimeout = TimeSpan.FromMilliseconds(reader.Read(Known.QueryTimeoutMs)),
            WriteTimeout = TimeSpan.FromMilliseconds(reader.Read(Known.WriteTimeoutMs)),
        };
        return new PostgresOptions(server) { DirectConnectionString = direct.Length > 0 ? direct : null };
    }

    private static BackupOptions BackupsFrom(VariableReader reader) => new()
    {
        Place = reader.Read(Known.BackupTarget),
        S3 = new()
        {
            Endpoint = reader.Read(Known.BackupS3Endpoint),
            Region = reader.Read(Known.BackupS3Region),
            AccessKeyId = reader.Read(Known.AwsAccessKeyId),
            SecretAccessKey = reader.Read(Known.AwsSecretAccessKey),
        },
        Key = reader.Read(Known.BackupEncryptionKey),
        Schedule = reader.Read(Known.BackupSchedule),
        Keep = reader.Read(Known.BackupKeep),
        KeepDays = reader.Read(Known.BackupKeepDays),
        Histories = HistoriesFrom(reader),
        PerDatabase = reader.Read(Known.BackupsPerDatabase),
    };

    private static HistoryOptions? HistoriesFrom(VariableReader reader)
    {
        var options = new HistoryOptions(TimeSpan.FromSeconds(reader.Read(Known.PointInTimeIntervalSeconds)), TimeSpan.FromDays(reader.Read(Known.PointInTimeKeepDays)));
        return reader.Read(Known.PointInTime) ? options : null;
    }

    private static ApiOptions ApiFrom(VariableReader reader) => new()
    {
        JwtSecret = reader.Read(Known.JwtSecret),
        TokenLifetime = TimeSpan.FromHours(reader.Read(Known.JwtExpirationHours)),
        SignupOpen = reader.Read(Known.Signup),
        AllowedOrigins = reader.Read(Known.AllowedOrigins),
        RateLimitEnabled = reader.Read(Known.RateLimitEnabled),
        RateLimitPerMinute = reader.Read(Known.RateLimitPerMinute),
        LoginRateLimitPerMinute = reader.Read(Known.LoginRateLimitPerMinute),
        TrustedProxies = reader.Read(Known.TrustedProxies),
        MaxBodyBytes = reader.Read(Known.MaxBodyBytes),
        MaxImportBytes = reader.Read(Known.MaxImportBytes),
        MaxHeldBytes = reader.Read(Known.MaxHeldBytes),
    };

    private static IEnumerable<string> EngineWarnings(NebulaOptions options, VariableReader reader) => options.Postgres is null && reader.Has(Known.DatabaseUrl)
        ? [$"{Known.DatabaseUrl.Name} is given and not used: {Known.Storage.Name} is not postgres."]
        : [];

    private static IEnumerable<string> ProxyWarnings(ApiOptions api) =>
        from network in api.TrustedProxies
        where network.PrefixLength == 0
        select $"{Known.TrustedProxies.Name} trusts every address ({network}): any client can then choose the address that its limits count for.";
}
