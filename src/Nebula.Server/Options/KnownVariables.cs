using System.Net;
using Nebula.Api;
using Nebula.Core.Databases;
using Nebula.Server.Backups;
using Nebula.Server.Logging;
using Nebula.Server.Options.Parsing;
using Nebula.Server.Redis;
using Nebula.Server.S3;
using Nebula.Storage;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Postgres;
using Format = Nebula.Server.Logging.LogFormat;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Nebula.Server.Options;

/// <summary>
/// All variables that Nebula knows. The messages about wrong values, the warnings about unknown names and <c>docs/configuration.md</c> come from
/// this table; the defaults come from the options themselves.
/// </summary>
internal static class KnownVariables
{
    private static readonly StorageOptions _storage = new() { DataDirectory = "data" };
    private static readonly BackupOptions _backups = new();
    private static readonly S3Options _buckets = new();
    private static readonly ApiOptions _api = new() { JwtSecret = "" };

    public static readonly Variable<string> ServerHost = new(
        "SERVER_HOST", "127.0.0.1", "127.0.0.1", "an IP address, or localhost",
        "The address to listen on. 0.0.0.0 listens on every address, which the container image does.", Address.ParseHost);

    public static readonly Variable<int> ServerPort = new(
        "SERVER_PORT", 8080, "8080", "a whole number from 0 to 65535, also with a colon before it",
        "The port to listen on. 0 takes any free one.", Address.ParsePort);

    public static readonly Variable<bool> AppEnv = OneOf.Variable(
        "APP_ENV", "development", "With production, no .env file is read.", ("development", false), ("production", true));

    public static readonly Variable<LogLevel> LogLevel = OneOf.Variable(
        "LOG_LEVEL", "info", "The least important events that are logged.",
        ("trace", Level.Trace), ("debug", Level.Debug), ("info", Level.Information), ("warn", Level.Warning), ("error", Level.Error),
        ("none", Level.None));

    public static readonly Variable<LogFormat> LogFormat = OneOf.Variable(
        "LOG_FORMAT", "text", "How a log line is written: for people, or as one JSON object.", ("text", Format.Text), ("json", Format.Json));

    public static readonly Variable<StorageEngine> Storage = OneOf.Variable(
        "NEBULA_STORAGE", "sqlite", "Where the data are: in files that this server owns, or on a PostgreSQL that any number of servers share.",
        ("sqlite", StorageEngine.Sqlite), ("postgres", StorageEngine.Postgres));

    public static readonly Variable<string> DatabaseUrl = new(
        "DATABASE_URL", "", "none", "postgres://user:password@host:port/database, or settings like Host=…;Username=…;Password=…;Database=…",
        "The PostgreSQL of NEBULA_STORAGE=postgres.", PostgresUrl.Parse) { IsSecret = true };

    public static readonly Variable<bool> DatabasePooler = OneOf.Variable(
        "DATABASE_POOLER", "none", "Whether DATABASE_URL leads to a pooler in transaction mode, such as PgBouncer: nothing is kept in a session then.",
        ("none", false), ("transaction", true));

    public static readonly Variable<int> DatabasePoolSize = WholeNumber.Variable(
        "DATABASE_POOL_SIZE", 16, 2, 1000, "Connections to PostgreSQL that one server holds at most, besides one for the news of other servers and one for `GET /ready`.");

    public static readonly Variable<string> DatabaseDirectUrl = new(
        "DATABASE_DIRECT_URL", "", "none", "as DATABASE_URL", "A way round the pooler, for the notifications that a pooler lets not pass. Without it other servers' changes are asked for twice a second.",
        PostgresUrl.Parse) { IsSecret = true };

    public static readonly Variable<string> Placement = new(
        "NEBULA_PLACEMENT_<NAME>", "", "none", "as DATABASE_URL; the name has at most 63 letters, digits and underscores",
        "A further PostgreSQL that databases can be moved to, called by the name in small letters.", PostgresUrl.Parse) { IsSecret = true };

    public static readonly Variable<IReadOnlyList<PlacementName>> NewDatabases = new(
        "NEBULA_NEW_DATABASES", [], "the placement of the metadata", "names of placements, separated by commas; sqlite or postgres is the one of the metadata",
        "The placements that new databases are made in: of several, each in the one with the fewest.", PlacementVariables.ParseNames);

    public static readonly Variable<string> DataDirectory = new(
        "DATABASE_DIRECTORY", "data", "data", "a path, absolute or from the working directory",
        "The directory of all data. One server owns it.", StoragePath.ParseDirectory);

    public static readonly Variable<string> MetadataFile = new(
        "DATABASE_DIRECTORY_FILE", _storage.MetadataFile, _storage.MetadataFile, "a file name of letters, digits, dots, dashes and underscores",
        "The file in that directory that holds accounts, databases and keys.", StoragePath.ParseFileName);

    public static readonly Variable<int> MaxOpenDatabases = WholeNumber.Variable(
        "NEBULA_MAX_OPEN_DATABASES", _storage.MaxOpenDatabases, 1, 100_000, "Databases open at once. Past it, the one unused for longest is closed.");

    public static readonly Variable<int> IdleDatabaseSeconds = WholeNumber.Variable(
        "NEBULA_IDLE_DATABASE_SECONDS", (int)_storage.IdleDatabaseTimeout.TotalSeconds, 1, 86_400, "A database unused for so long is closed.");

    public static readonly Variable<int> ReadersPerDatabase = WholeNumber.Variable(
        "NEBULA_READERS_PER_DATABASE", _storage.ReadersPerDatabase, 1, 64, "Lists that one database answers at once; one connection more is kept for single records.")
        with { Default = "the number of cores, from 2 to 64" };

    public static readonly Variable<int> QueryTimeoutMs = WholeNumber.Variable(
        "NEBULA_QUERY_TIMEOUT_MS", (int)_storage.QueryTimeout.TotalMilliseconds, 10, 600_000,
        "A statement that runs longer is stopped and answered with 504.");

    public static readonly Variable<int> WriteTimeoutMs = WholeNumber.Variable(
        "NEBULA_WRITE_TIMEOUT_MS", (int)_storage.WriteTimeout.TotalMilliseconds, 10, 600_000,
        "A write that waits longer for its database is answered with 503.");

    public static readonly Variable<long> MaxWalBytes = WholeNumber.Variable(
        "NEBULA_MAX_WAL_BYTES", _storage.MaxWalBytes, 1L << 20, 1L << 36, "The largest write-ahead log of one database.");

    public static readonly Variable<int> CacheKib = WholeNumber.Variable(
        "NEBULA_CACHE_KIB", _storage.CacheKibPerConnection, 64, 1_048_576,
        "The page cache of one connection, in KiB. A database has its readers and one writer.");

    public static readonly Variable<string> JwtSecret = new(
        "JWT_SECRET", "", "made at the first start", "at least 32 bytes, no placeholder",
        "What signs the tokens. Changing it ends every session.", Secret.Parse) { IsSecret = true };

    public static readonly Variable<int> JwtExpirationHours = WholeNumber.Variable(
        "JWT_EXPIRATION_HOURS", (int)_api.TokenLifetime.TotalHours, 1, 8760, "How long a token is valid.");

    public static readonly Variable<bool> Signup = OneOf.Variable(
        "SIGNUP", "open", "Whether anybody may sign up.", ("open", true), ("closed", false));

    public static readonly Variable<IReadOnlyList<string>> AllowedOrigins = new(
        "ALLOWED_ORIGINS", _api.AllowedOrigins, "none", "origins as scheme://host or scheme://host:port, separated by spaces; no * and no path",
        "The web pages that may call the API from a browser.", Origin.ParseList);

    public static readonly Variable<bool> RateLimitEnabled = OneOf.Variable(
        "RATE_LIMIT_ENABLED", "true", "Whether requests are limited at all.", ("true", true), ("false", false));

    public static readonly Variable<int> RateLimitPerMinute = WholeNumber.Variable(
        "RATE_LIMIT_PER_MINUTE", _api.RateLimitPerMinute, 1, 10_000_000, "Requests per minute and caller.");

    public static readonly Variable<int> LoginRateLimitPerMinute = WholeNumber.Variable(
        "LOGIN_RATE_LIMIT_PER_MINUTE", _api.LoginRateLimitPerMinute, 1, 100_000, "Logins per minute, for each address and for each account.");

    public static readonly Variable<RedisAddress?> RedisUrl = new(
        "REDIS_URL", null, "none", "redis://[user:password@]host[:port][/database], or rediss:// for TLS",
        "The Redis that all replicas count their rate limits in. Without it each replica counts by itself.", Parsing.RedisUrl.Parse) { IsSecret = true };

    public static readonly Variable<IReadOnlyList<IPNetwork>> TrustedProxies = new(
        "TRUSTED_PROXIES", _api.TrustedProxies, "none", "addresses or networks like 10.0.0.0/8, separated by spaces or commas",
        "The proxies whose X-Forwarded-For is believed.", Proxy.ParseList);

    public static readonly Variable<long> MaxBodyBytes = WholeNumber.Variable(
        "MAX_BODY_BYTES", _api.MaxBodyBytes, 1L << 10, 1L << 30, "The largest request body.");

    public static readonly Variable<long> MaxImportBytes = WholeNumber.Variable(
        "MAX_IMPORT_BYTES", _api.MaxImportBytes, 1L << 10, 1L << 50, "The largest body of an import. It is read in constant memory, but lies on the disk meanwhile.");

    public static readonly Variable<long> MaxHeldBytes = WholeNumber.Variable(
        "NEBULA_MAX_HELD_BYTES", _api.MaxHeldBytes, 0, 1L << 50, "What bodies and answers of more than 64 KiB hold in memory at once, all together. 0 is a quarter of what the process may use.");

    public static readonly Variable<long> QuotaDatabases = QuotaOf("NEBULA_QUOTA_DATABASES", "Databases that an account may have.");

    public static readonly Variable<long> QuotaTables = QuotaOf("NEBULA_QUOTA_TABLES", "Tables that a database may have.");

    public static readonly Variable<long> QuotaBytes = QuotaOf("NEBULA_QUOTA_BYTES", "Bytes that the content of a database may take.");

    public static readonly Variable<long> QuotaRows = QuotaOf("NEBULA_QUOTA_ROWS", "Records that one request may read as a page, or write as an array or a batch.");

    public static readonly Variable<long> QuotaRequests = QuotaOf("NEBULA_QUOTA_REQUESTS", "Requests per minute of an account and all its keys together.");

    public static readonly Variable<int> AuditKeepDays = WholeNumber.Variable(
        "NEBULA_AUDIT_KEEP_DAYS", 365, 1, 36_500, "How long the audit log keeps its entries, in days.");

    public static readonly Variable<BackupPlace?> BackupTarget = new(
        "NEBULA_BACKUP_TARGET", null, "backups in the data directory; none with PostgreSQL", "an absolute path, or s3://bucket/prefix", "Where backups are kept.", BackupPlace.Parse);

    public static readonly Variable<Uri?> BackupS3Endpoint = new(
        "NEBULA_BACKUP_S3_ENDPOINT", null, "Amazon S3", "http:// or https:// with a host, and a port if it is not the usual one",
        "A server that speaks the protocol of S3. Only one that is named here may have a private address.", S3Endpoint.Parse) { IsSecret = true }; // a password in it would be shown

    public static readonly Variable<string> BackupS3Region = new(
        "NEBULA_BACKUP_S3_REGION", _buckets.Region, _buckets.Region, "letters, digits and dashes", "The region of the bucket.", S3Endpoint.ParseRegion);

    public static readonly Variable<string> AwsAccessKeyId = new("AWS_ACCESS_KEY_ID", "", "none", "as the bucket's owner gives it", "Who writes to the bucket.", S3Endpoint.ParseCredential) { IsSecret = true };

    public static readonly Variable<string> AwsSecretAccessKey = new(
        "AWS_SECRET_ACCESS_KEY", "", "none", "as the bucket's owner gives it", "The secret that belongs to it.", S3Endpoint.ParseCredential) { IsSecret = true };

    public static readonly Variable<BackupKey?> BackupEncryptionKey = new(
        "NEBULA_BACKUP_KEY", null, "none", "32 bytes in base64", "What backups are encrypted with. Keep it elsewhere than the backups: without it they can't be read.", BackupKey.Parse) { IsSecret = true };

    public static readonly Variable<BackupSchedule?> BackupSchedule = new(
        "NEBULA_BACKUP_SCHEDULE", null, "none", "a cron expression of five fields, in UTC", "When everything is backed up.", Backups.BackupSchedule.Parse);

    public static readonly Variable<int> BackupKeep = WholeNumber.Variable(
        "NEBULA_BACKUP_KEEP", _backups.Keep, 0, 100_000, "How many backups of everything are kept; 0 for any number. The newest is never removed.");

    public static readonly Variable<int> BackupKeepDays = WholeNumber.Variable(
        "NEBULA_BACKUP_KEEP_DAYS", _backups.KeepDays, 0, 100_000, "For how many days backups of everything are kept; 0 for ever. Those of owners are kept for as long after their database was deleted; 0 for 30 days.");

    public static readonly Variable<int> BackupsPerDatabase = WholeNumber.Variable(
        "NEBULA_BACKUPS_PER_DATABASE", _backups.PerDatabase, 0, 10_000, "How many backups of a database its owner may have.");

    public static readonly Variable<bool> PointInTime = OneOf.Variable(
        "NEBULA_POINT_IN_TIME", "off", "Whether histories are kept in NEBULA_BACKUP_TARGET, by which databases in files can be brought back to any moment.", ("off", false), ("on", true));

    public static readonly Variable<int> PointInTimeIntervalSeconds = WholeNumber.Variable(
        "NEBULA_POINT_IN_TIME_INTERVAL_SECONDS", 10, 1, 3600, "How often what was committed is shipped there.");

    public static readonly Variable<int> PointInTimeKeepDays = WholeNumber.Variable(
        "NEBULA_POINT_IN_TIME_KEEP_DAYS", 7, 1, 3650, "How many days back a moment may lie.");

    /// <summary>Those whose names end as the operator likes, in the order of the documentation, where they come last.</summary>
    public static readonly IReadOnlyList<Variable> Families = [Placement];

    /// <summary>In the order of the documentation.</summary>
    public static readonly IReadOnlyList<Variable> All =
    [
        ServerHost, ServerPort, AppEnv, LogLevel, LogFormat,
        Storage, DataDirectory, MetadataFile, DatabaseUrl, DatabasePooler, DatabasePoolSize, DatabaseDirectUrl, NewDatabases,
        JwtSecret, JwtExpirationHours, Signup, AllowedOrigins,
        RateLimitEnabled, RateLimitPerMinute, LoginRateLimitPerMinute, RedisUrl, TrustedProxies, MaxBodyBytes, MaxImportBytes, MaxHeldBytes,
        MaxOpenDatabases, IdleDatabaseSeconds, ReadersPerDatabase, QueryTimeoutMs, WriteTimeoutMs, MaxWalBytes, CacheKib,
        QuotaDatabases, QuotaTables, QuotaBytes, QuotaRows, QuotaRequests, AuditKeepDays,
        BackupTarget, BackupS3Endpoint, BackupS3Region, AwsAccessKeyId, AwsSecretAccessKey, BackupEncryptionKey, BackupSchedule, BackupKeep, BackupKeepDays, BackupsPerDatabase,
        PointInTime, PointInTimeIntervalSeconds, PointInTimeKeepDays,
    ];

    private static Variable<long> QuotaOf(string name, string meaning) => WholeNumber.Variable(name, 0L, 0, 1L << 50, $"{meaning} 0 is without bound; `nebula quota` sets another one for a single account.");
}
