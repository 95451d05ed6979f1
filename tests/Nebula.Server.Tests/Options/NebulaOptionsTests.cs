using System.Net;
using Microsoft.Extensions.Logging;
using Nebula.Api;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Server.Backups;
using Nebula.Server.Logging;
using Nebula.Server.Options;
using Nebula.Storage;

namespace Nebula.Server.Tests.Options;

public sealed class NebulaOptionsTests
{
    private const string GoodSecret = "k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3";

    [Fact]
    public void Nothing_configured_serves_on_8080_of_the_own_machine_with_the_data_beside_it()
    {
        var options = From();

        Assert.Equal("127.0.0.1", options.Host);
        Assert.Equal(8080, options.Port);
        Assert.False(options.IsProduction);
        Assert.Equal(LogLevel.Information, options.LogLevel);
        Assert.Equal(LogFormat.Text, options.LogFormat);
        Assert.Equal(Path.GetFullPath("data"), options.Storage.DataDirectory);
        Assert.Equal("metadata.db", options.Storage.MetadataFile);
        Assert.Empty(options.Warnings);
    }

    [Fact]
    public void Without_variables_storage_and_api_have_their_own_defaults()
    {
        var options = From();
        var api = new ApiOptions { JwtSecret = "" };

        Assert.Equal(new StorageOptions { DataDirectory = Path.GetFullPath("data"), NewDatabases = options.Storage.NewDatabases }, options.Storage); // a list is equal to itself alone
        Assert.Equal([PlacementName.Sqlite], options.Storage.NewDatabases);
        Assert.Equal(api with { AllowedOrigins = [], TrustedProxies = [] }, options.Api with { AllowedOrigins = [], TrustedProxies = [] });
        Assert.Empty(options.Api.AllowedOrigins);
        Assert.Empty(options.Api.TrustedProxies);
    }

    [Fact]
    public void Every_variable_reaches_its_option()
    {
        var options = From(
            ("SERVER_HOST", "::1"), ("SERVER_PORT", "9000"), ("APP_ENV", "production"), ("LOG_LEVEL", "warn"), ("LOG_FORMAT", "json"),
            ("DATABASE_DIRECTORY", "/var/lib/nebula/"), ("DATABASE_DIRECTORY_FILE", "meta.sqlite"), ("NEBULA_MAX_OPEN_DATABASES", "7"),
            ("NEBULA_IDLE_DATABASE_SECONDS", "11"), ("NEBULA_READERS_PER_DATABASE", "3"), ("NEBULA_QUERY_TIMEOUT_MS", "1500"),
            ("NEBULA_WRITE_TIMEOUT_MS", "2500"), ("NEBULA_MAX_WAL_BYTES", "2097152"), ("NEBULA_CACHE_KIB", "128"), ("JWT_SECRET", GoodSecret),
            ("JWT_EXPIRATION_HOURS", "2"), ("SIGNUP", "closed"), ("ALLOWED_ORIGINS", "https://a.example http://b.example:3000"),
            ("RATE_LIMIT_ENABLED", "false"), ("RATE_LIMIT_PER_MINUTE", "60"), ("LOGIN_RATE_LIMIT_PER_MINUTE", "5"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.4 fd00::/8"), ("MAX_BODY_BYTES", "2048"), ("MAX_IMPORT_BYTES", "4096"), ("NEBULA_MAX_HELD_BYTES", "8192"), ("NEBULA_AUDIT_KEEP_DAYS", "30"),
            ("NEBULA_QUOTA_DATABASES", "1"), ("NEBULA_QUOTA_TABLES", "2"), ("NEBULA_QUOTA_BYTES", "3"), ("NEBULA_QUOTA_ROWS", "4"), ("NEBULA_QUOTA_REQUESTS", "5"));

        Assert.Equal(("::1", 9000, true), (options.Host, options.Port, options.IsProduction));
        Assert.Equal((LogLevel.Warning, LogFormat.Json), (options.LogLevel, options.LogFormat));
        Assert.Equal(
            new StorageOptions
            {
                DataDirectory = "/var/lib/nebula",
                NewDatabases = options.Storage.NewDatabases,
                MetadataFile = "meta.sqlite",
                MaxOpenDatabases = 7,
                IdleDatabaseTimeout = TimeSpan.FromSeconds(11),
                ReadersPerDatabase = 3,
                QueryTimeout = TimeSpan.FromSeconds(1.5),
                WriteTimeout = TimeSpan.FromSeconds(2.5),
                MaxWalBytes = 2_097_152,
                CacheKibPerConnection = 128,
            },
            options.Storage);
        Assert.Equal(GoodSecret, options.Api.JwtSecret);
        Assert.Equal(30, options.AuditKeepDays);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], Enum.GetValues<Quota>().Select(quota => options.Quotas[quota]));
        Assert.Equal(TimeSpan.FromHours(2), options.Api.TokenLifetime);
        Assert.False(options.Api.SignupOpen);
        Assert.Equal(["https://a.example", "http://b.example:3000"], options.Api.AllowedOrigins);
        Assert.False(options.Api.RateLimitEnabled);
        Assert.Equal((60, 5, 2048L, 4096L, 8192L), (options.Api.RateLimitPerMinute, options.Api.LoginRateLimitPerMinute, options.Api.MaxBodyBytes, options.Api.MaxImportBytes, options.Api.MaxHeldBytes));
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.168.1.4/32"), IPNetwork.Parse("fd00::/8")], options.Api.TrustedProxies);
        Assert.Empty(options.Warnings);
    }

    [Theory]
    [InlineData("SERVER_HOST", "nebula.example", "is not an IP address")]
    [InlineData("SERVER_HOST", "[::1]", "is not an IP address")]
    [InlineData("SERVER_HOST", "::1/64", "is not an IP address")]
    [InlineData("SERVER_HOST", "1", "is not an IPv4 address of four decimal numbers")]
    [InlineData("SERVER_HOST", "010.0.0.1", "is not an IPv4 address of four decimal numbers")]
    [InlineData("SERVER_PORT", "80a", "is not a whole number")]
    [InlineData("SERVER_PORT", "65536", "is above 65535")]
    [InlineData("SERVER_PORT", "-1", "is below 0")]
    [InlineData("SERVER_PORT", "::8080", "is not a whole number")]
    [InlineData("SERVER_PORT", "127.0.0.1:8080", "is not a whole number")]
    [InlineData("APP_ENV", "prod", "is none of the allowed words")]
    [InlineData("LOG_LEVEL", "verbose", "is none of the allowed words")]
    [InlineData("LOG_FORMAT", "xml", "is none of the allowed words")]
    [InlineData("DATABASE_DIRECTORY", " ", "is blank")]
    [InlineData("DATABASE_DIRECTORY", "da\nta", "has a control character")]
    [InlineData("DATABASE_DIRECTORY_FILE", "meta/data.db", "is a path, not a file name")]
    [InlineData("DATABASE_DIRECTORY_FILE", "..", "is not a file name that can be used")]
    [InlineData("DATABASE_DIRECTORY_FILE", "jwt-secret", "is the name of another file of Nebula")]
    [InlineData("NEBULA_STORAGE", "mysql", "is none of the allowed words")]
    [InlineData("DATABASE_POOLER", "session", "is none of the allowed words")]
    [InlineData("DATABASE_POOL_SIZE", "1", "is below 2")]
    [InlineData("NEBULA_NEW_DATABASES", "sqlite,no-name", "has a name that is none")]
    [InlineData("NEBULA_MAX_OPEN_DATABASES", "0", "is below 1")]
    [InlineData("NEBULA_MAX_OPEN_DATABASES", "100001", "is above 100000")]
    [InlineData("NEBULA_IDLE_DATABASE_SECONDS", "1.5", "is not a whole number")]
    [InlineData("NEBULA_READERS_PER_DATABASE", "65", "is above 64")]
    [InlineData("NEBULA_QUERY_TIMEOUT_MS", "9", "is below 10")]
    [InlineData("NEBULA_WRITE_TIMEOUT_MS", "600001", "is above 600000")]
    [InlineData("NEBULA_MAX_WAL_BYTES", "99999999999999999999", "is above 68719476736")]
    [InlineData("NEBULA_CACHE_KIB", "63", "is below 64")]
    [InlineData("NEBULA_AUDIT_KEEP_DAYS", "0", "is below 1")]
    [InlineData("NEBULA_QUOTA_DATABASES", "-1", "is below 0")]
    [InlineData("NEBULA_QUOTA_TABLES", "-1", "is below 0")]
    [InlineData("NEBULA_QUOTA_BYTES", "-1", "is below 0")]
    [InlineData("NEBULA_QUOTA_ROWS", "-1", "is below 0")]
    [InlineData("NEBULA_QUOTA_REQUESTS", "-1", "is below 0")]
    [InlineData("NEBULA_BACKUP_TARGET", "backups", "is neither an absolute path nor s3://bucket/prefix")]
    [InlineData("NEBULA_BACKUP_TARGET", "s3://", "names no bucket")]
    [InlineData("NEBULA_BACKUP_TARGET", "s3://UPPER/x", "names no bucket")]
    [InlineData("NEBULA_BACKUP_TARGET", "s3://bucket/../other", "has a prefix with other characters")]
    [InlineData("NEBULA_BACKUP_S3_ENDPOINT", "minio:9000", "is not http:// or https:// with a host")]
    [InlineData("NEBULA_BACKUP_S3_ENDPOINT", "http://minio:9000/bucket", "has something after the host and port")]
    [InlineData("NEBULA_BACKUP_S3_ENDPOINT", "http://me:secret@minio", "has a user")]
    [InlineData("NEBULA_BACKUP_S3_REGION", "eu central", "is not the name of a region")]
    [InlineData("NEBULA_BACKUP_TARGET", "/back\nups", "has a control character")]
    [InlineData("NEBULA_BACKUP_SCHEDULE", "daily", "is no cron expression of five fields")]
    [InlineData("NEBULA_BACKUP_KEEP", "-1", "is below 0")]
    [InlineData("NEBULA_BACKUP_KEEP_DAYS", "1.5", "is not a whole number")]
    [InlineData("NEBULA_BACKUPS_PER_DATABASE", "10001", "is above 10000")]
    [InlineData("NEBULA_POINT_IN_TIME", "yes", "is none of the allowed words")]
    [InlineData("NEBULA_POINT_IN_TIME_INTERVAL_SECONDS", "0", "is below 1")]
    [InlineData("NEBULA_POINT_IN_TIME_KEEP_DAYS", "3651", "is above 3650")]
    [InlineData("JWT_EXPIRATION_HOURS", "8761", "is above 8760")]
    [InlineData("SIGNUP", "yes", "is none of the allowed words")]
    [InlineData("ALLOWED_ORIGINS", "*", "has a *, but each origin must be named")]
    [InlineData("ALLOWED_ORIGINS", "https://*.example", "has a *, but each origin must be named")]
    [InlineData("ALLOWED_ORIGINS", "https://a.example/", "has something after the host and port")]
    [InlineData("ALLOWED_ORIGINS", "https://a.example/app?x", "has something after the host and port")]
    [InlineData("ALLOWED_ORIGINS", "https://a.example,https://b.example", "has a comma, but spaces separate origins")]
    [InlineData("ALLOWED_ORIGINS", "a.example", "is not scheme://host or scheme://host:port")]
    [InlineData("ALLOWED_ORIGINS", "null", "is not scheme://host or scheme://host:port")]
    [InlineData("ALLOWED_ORIGINS", "https://me@a.example", "is not scheme://host or scheme://host:port")]
    [InlineData("ALLOWED_ORIGINS", "https://a..example", "has no valid host name")]
    [InlineData("ALLOWED_ORIGINS", "https://a.example:0", "has a port that is below 1")]
    [InlineData("RATE_LIMIT_ENABLED", "1", "is none of the allowed words")]
    [InlineData("RATE_LIMIT_PER_MINUTE", "6,000", "is not a whole number")]
    [InlineData("LOGIN_RATE_LIMIT_PER_MINUTE", "0", "is below 1")]
    [InlineData("TRUSTED_PROXIES", "nginx", "\"nginx\" is not an IP address")]
    [InlineData("TRUSTED_PROXIES", "localhost", "\"localhost\" is a name, not an address")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/33", "has a prefix length that is above 32")]
    [InlineData("TRUSTED_PROXIES", "10.1.2.3/8", "does not begin its network; meant 10.0.0.0/8?")]
    [InlineData("TRUSTED_PROXIES", "fd00::1/8", "does not begin its network; meant fd00::/8?")]
    [InlineData("TRUSTED_PROXIES", "::ffff:10.0.0.1", "write it as IPv4")]
    [InlineData("MAX_BODY_BYTES", "1023", "is below 1024")]
    [InlineData("MAX_IMPORT_BYTES", "1125899906842625", "is above 1125899906842624")]
    [InlineData("NEBULA_MAX_HELD_BYTES", "-1", "is below 0")]
    [InlineData("MAX_BODY_BYTES", "10MB", "is not a whole number")]
    public void A_wrong_value_stops_the_start_with_its_name_what_is_wrong_and_what_is_allowed(string name, string value, string fault)
    {
        var problem = Assert.Single(Refused((name, value)).Problems);

        Assert.StartsWith($"{name}: ", problem, StringComparison.Ordinal);
        Assert.Contains(fault, problem, StringComparison.Ordinal);
        Assert.EndsWith($" Allowed: {KnownVariables.All.Single(variable => variable.Name == name).Allowed}.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_variable_but_the_secret_ones_has_a_wrong_value_in_these_tests()
    {
        var tried = typeof(NebulaOptionsTests)
            .GetMethod(nameof(A_wrong_value_stops_the_start_with_its_name_what_is_wrong_and_what_is_allowed))! // Not null: named by nameof.
            .GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(data => (string)((InlineDataAttribute)data).Data[0]!); // Not null: each row begins with a name.

        Assert.Empty(KnownVariables.All.Select(variable => variable.Name).Except(tried).Except(["JWT_SECRET", "REDIS_URL", "DATABASE_URL", "DATABASE_DIRECT_URL", "NEBULA_BACKUP_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]));
    }

    [Fact]
    public void All_wrong_values_are_reported_at_once()
    {
        var refused = Refused(("SERVER_PORT", "http"), ("SIGNUP", "maybe"), ("ALLOWED_ORIGINS", "* b.example"));

        Assert.Equal(3, refused.Problems.Count);
        Assert.All(refused.Problems, problem => Assert.Contains(problem, refused.Message, StringComparison.Ordinal));
        Assert.Contains("\"*\" has", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\"b.example\" is", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Histories_are_kept_where_the_operator_says_and_only_of_files()
    {
        Assert.Null(From(("NEBULA_BACKUP_TARGET", "/backups")).Backups.Histories);
        Assert.Equal(
            new HistoryOptions(TimeSpan.FromSeconds(10), TimeSpan.FromDays(7)), From(("NEBULA_POINT_IN_TIME", "on"), ("NEBULA_BACKUP_TARGET", "/backups")).Backups.Histories);
        Assert.StartsWith("NEBULA_BACKUP_TARGET: is not given, but NEBULA_POINT_IN_TIME is on", Assert.Single(Refused(("NEBULA_POINT_IN_TIME", "on")).Problems), StringComparison.Ordinal);
        var postgres = Refused(
            ("NEBULA_POINT_IN_TIME", "on"), ("NEBULA_BACKUP_TARGET", "/backups"), ("NEBULA_STORAGE", "postgres"), ("DATABASE_URL", "postgres://a@b/c"), ("JWT_SECRET", GoodSecret));
        Assert.Contains("PostgreSQL's own tools", Assert.Single(postgres.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_value_is_shown_without_control_characters_and_not_at_any_length()
    {
        var problem = Assert.Single(Refused(("SERVER_PORT", "\u001b[2J" + new string('9', 10_000))).Problems);

        Assert.DoesNotContain('\u001b', problem);
        Assert.Contains("(10004 characters)", problem, StringComparison.Ordinal);
        Assert.True(problem.Length < 1000);
    }

    [Fact]
    public void An_empty_variable_counts_as_not_given()
    {
        var options = From([.. KnownVariables.All.Select(variable => (variable.Name, ""))]);

        Assert.Equal(8080, options.Port);
        Assert.Equal("", options.Api.JwtSecret);
        Assert.Empty(options.Warnings);
    }

    [Theory]
    [InlineData(":8080", 8080)]
    [InlineData(" 443 ", 443)]
    [InlineData("0", 0)]
    public void A_port_may_have_a_colon_before_it_and_0_takes_any(string text, int port) => Assert.Equal(port, From(("SERVER_PORT", text)).Port);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("::")]
    [InlineData("fe80::1%2")]
    public void The_host_is_an_address_or_localhost(string host) => Assert.Equal(host, From(("SERVER_HOST", host)).Host);

    [Theory]
    [InlineData("trace", LogLevel.Trace)]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("INFO", LogLevel.Information)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("Error", LogLevel.Error)]
    [InlineData("none", LogLevel.None)]
    public void Words_are_read_in_any_case(string word, LogLevel level) => Assert.Equal(level, From(("LOG_LEVEL", word)).LogLevel);

    [Theory]
    [InlineData("HTTPS://App.Example", "https://app.example")]
    [InlineData("https://app.example:443", "https://app.example")]
    [InlineData("http://app.example:80", "http://app.example")]
    [InlineData("http://app.example:443", "http://app.example:443")]
    [InlineData("http://[::1]:3000", "http://[::1]:3000")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    public void Origins_are_kept_as_browsers_send_them(string given, string kept) =>
        Assert.Equal([kept], From(("ALLOWED_ORIGINS", $"{given}  {given}")).Api.AllowedOrigins);

    [Fact]
    public void Reading_the_options_touches_no_file()
    {
        using var directory = new TemporaryDirectory();

        var options = From(("DATABASE_DIRECTORY", directory.In("data")));

        Assert.Equal("", options.Api.JwtSecret);
        Assert.False(Directory.Exists(directory.In("data")));
    }

    [Theory]
    [InlineData("NEBULA_MAX_OPEN_DATABASE", "NEBULA_MAX_OPEN_DATABASES")]
    [InlineData("nebula_cache_kib", "NEBULA_CACHE_KIB")]
    [InlineData("NEBULA_SERVER_PORT", "SERVER_PORT")]
    [InlineData("NEBULA_JWT_SECRET", "JWT_SECRET")]
    public void An_unknown_Nebula_variable_is_warned_about_with_the_nearest_name(string given, string meant)
    {
        var warning = Assert.Single(From((given, "1")).Warnings);

        Assert.Equal($"{given} is not a variable of Nebula and is ignored. Did you mean {meant}?", warning);
    }

    [Fact]
    public void An_unknown_Nebula_variable_like_no_other_is_warned_about_without_a_guess() =>
        Assert.Equal(
            ["NEBULA_FROBNICATION is not a variable of Nebula and is ignored."],
            From(("NEBULA_FROBNICATION", "1"), ("PATH", "/bin")).Warnings);

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/8 ::/0")]
    public void Trusting_every_address_as_a_proxy_is_warned_about(string proxies) =>
        Assert.Contains("trusts every address", Assert.Single(From(("TRUSTED_PROXIES", proxies)).Warnings), StringComparison.Ordinal);

    [Fact]
    public void PostgreSQL_needs_a_URL_and_a_secret()
    {
        var fault = Assert.Throws<InvalidOptionsException>(() => From(("NEBULA_STORAGE", "postgres")));

        Assert.Contains("DATABASE_URL: is not given, but NEBULA_STORAGE is postgres", fault.Message, StringComparison.Ordinal);
        Assert.Contains("JWT_SECRET: is not given, but NEBULA_STORAGE is postgres", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void How_PostgreSQL_is_reached_is_read_and_a_wrong_URL_is_said_without_it()
    {
        var options = From(
            ("NEBULA_STORAGE", "postgres"), ("JWT_SECRET", GoodSecret), ("DATABASE_URL", "postgres://ada:hush@db/shop"), ("DATABASE_POOLER", "transaction"), ("DATABASE_POOL_SIZE", "4"),
            ("DATABASE_DIRECT_URL", "postgres://ada:hush@direct/shop"));

        Assert.Equal((true, 4), (options.Postgres?.Server.IsPooled, options.Postgres?.Server.PoolSize));
        Assert.Contains("direct", options.Postgres?.DirectConnectionString, StringComparison.Ordinal);
        var fault = Assert.Throws<InvalidOptionsException>(() => From(("NEBULA_STORAGE", "postgres"), ("JWT_SECRET", GoodSecret), ("DATABASE_URL", "mysql://ada:hush@db/shop")));
        Assert.Contains("DATABASE_URL: the value does not begin with postgres://", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_URL_that_is_not_used_is_warned_of() =>
        Assert.Contains("DATABASE_URL is given and not used", Assert.Single(From(("DATABASE_URL", "postgres://ada:hush@db/shop")).Warnings), StringComparison.Ordinal);

    private static NebulaOptions From(params (string Name, string Value)[] variables) =>
        NebulaOptions.From(variables.ToDictionary(variable => variable.Name, variable => variable.Value));

    private static InvalidOptionsException Refused(params (string Name, string Value)[] variables) =>
        Assert.Throws<InvalidOptionsException>(() => From(variables));

    [Fact]
    public void Placements_are_named_by_their_variables_and_can_take_new_databases()
    {
        var options = From(("NEBULA_PLACEMENT_ARCHIVE", "postgres://ada:hush@db/shop"), ("NEBULA_PLACEMENT_two", "postgres://ada:hush@other/shop"), ("NEBULA_NEW_DATABASES", "Sqlite, two"));

        Assert.Equal(["archive", "two"], options.Placements.Select(p => p.Name.Value));
        Assert.Equal(["sqlite", "two"], options.Storage.NewDatabases.Select(n => n.Value));
        Assert.Empty(options.Warnings);
    }

    [Theory]
    [InlineData("NEBULA_PLACEMENT_SQLITE", "postgres://ada:hush@db/shop", "there is another placement 'sqlite'")]
    [InlineData("NEBULA_PLACEMENT_A-B", "postgres://ada:hush@db/shop", "the name behind the prefix is none")]
    [InlineData("NEBULA_PLACEMENT_A", "mysql://ada:hush@db/shop", "NEBULA_PLACEMENT_A")]
    [InlineData("NEBULA_NEW_DATABASES", "sqlite,three", "there is no placement 'three'")]
    public void A_placement_that_can_not_be_stops_the_start_without_telling_the_secret(string variable, string value, string fault)
    {
        var problem = Assert.Single(Assert.Throws<InvalidOptionsException>(() => From((variable, value))).Problems);

        Assert.Contains(fault, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }
}
