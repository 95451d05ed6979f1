using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nebula.Api.Authentication;
using Nebula.Server.Logging;
using Nebula.Server.Options;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>The real server in this process: on a real socket, with a data directory of its own, and on PostgreSQL a database of its own, that go when it is disposed.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>What signs the tokens, so that tests can sign their own.</summary>
    public const string JwtSecret = "k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3";

    /// <summary>Signing up is part of nearly every test, so hashes are cheap where no test is about them.</summary>
    private static readonly PasswordCost _cheap = new(MemoryKib: 64, Passes: 1);

    private readonly Dictionary<string, string> _variables;
    private readonly Action<IServiceCollection>? _configure;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private ILoggerFactory? _loggers;
    private NebulaServer? _server;

    private TestServer(Dictionary<string, string> variables, Action<IServiceCollection>? configure) => (_variables, _configure) = (variables, configure);

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("nebula-http-").FullName;

    /// <summary>Where the data is on PostgreSQL; null on SQLite.</summary>
    public PostgresDatabase? Database { get; private set; }

    public LogCapture Log { get; } = new();

    /// <summary>The work of a password's hash from the next start on.</summary>
    public PasswordCost PasswordCost { get; set; } = _cheap;

    public Uri Address => Running.Address;

    public IServiceProvider Services => Running.Services;

    /// <summary>Somebody who sends no credential.</summary>
    public Visitor Visitor => new(this, authorization: null);

    private NebulaServer Running => _server ?? throw new InvalidOperationException("The server does not run.");

    /// <param name="variables">Win over what tests start with: no rate limits, and a known secret. Read again at each start.</param>
    /// <param name="configure">Changes the services.</param>
    /// <param name="cost">The work of a password's hash; little if not given.</param>
    public static async Task<TestServer> StartAsync(
        Dictionary<string, string> variables, Action<IServiceCollection>? configure = null, PasswordCost? cost = null)
    {
        var server = new TestServer(variables, configure) { PasswordCost = cost ?? _cheap };
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, or starts it again on the same data. The port is another one each time.</summary>
    public async Task StartAsync()
    {
        var variables = new Dictionary<string, string>
        {
            ["SERVER_PORT"] = "0",
            ["DATABASE_DIRECTORY"] = DataDirectory,
            ["JWT_SECRET"] = JwtSecret,
            ["RATE_LIMIT_ENABLED"] = "false",
            ["LOG_LEVEL"] = "debug",
            ["LOG_FORMAT"] = "json",
        };
        if (TestEngine.IsPostgres)
        {
            Database ??= await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
            variables["NEBULA_STORAGE"] = "postgres";
            variables["DATABASE_URL"] = Database.Url;
            variables["NEBULA_BACKUP_TARGET"] = Path.Combine(DataDirectory, "backups");
        }

        foreach (var (name, value) in _variables)
            variables[name] = value;

        var options = NebulaOptions.From(variables);
        _loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(options.LogLevel, options.LogFormat, Log));
        _server = await NebulaServer.StartAsync(options, _loggers, TestContext.Current.CancellationToken, Configure);
    }

    /// <summary>Stops it as a signal would: what runs is finished. The data stays, and the log is complete.</summary>
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
        _loggers?.Dispose();
        _loggers = null;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>
    /// Waits until what lies in the spool now is gone: an answer reaches its client before the server lets go of the file it came from,
    /// and on a shared server other tests spool files meanwhile.
    /// </summary>
    public Task LeavesNothingSpooledAsync(string pattern = "*")
    {
        var spool = Path.Combine(DataDirectory, "nebula.spool");
        string[] files = Directory.Exists(spool) ? Directory.GetFiles(spool, pattern) : [];
        return Eventually.IsTrue(() => !files.Any(File.Exists), $"{string.Join(", ", files)} are gone");
    }

    /// <summary>The names of the database files of an account; on PostgreSQL there are none.</summary>
    public IReadOnlyList<string> FilesOf(string account)
    {
        var folder = Path.Combine(DataDirectory, account);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f))] : [];
    }

    public async Task<Owner> SignUpAsync()
    {
        var (email, username) = (Some.Email(), Some.Username());
        var signedUp = await Visitor.PostAsync("/auth/signup", new { email, username, password = Some.Password });
        signedUp.ShouldBe(201);
        return await LogInAsync(email, Some.Password);
    }

    public async Task<Owner> LogInAsync(string email, string password)
    {
        var loggedIn = await Visitor.PostAsync("/auth/login", new { email, password });
        loggedIn.ShouldBe(200);
        return new Owner(this, loggedIn.Text("token"), loggedIn["user"], password);
    }

    /// <summary>Sends one request and reads its whole answer.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        // Relative paths go to wherever the server is now; as they are written, without a look at '..' or '%2e' in them.
        var path = request.RequestUri?.OriginalString ?? "/";
        request.RequestUri = new Uri($"{Address.GetLeftPart(UriPartial.Authority)}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response, TestContext.Current.CancellationToken);
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Address, TestContext.Current.CancellationToken);

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton(PasswordCost);
        _configure?.Invoke(services);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        if (Database is not null)
            await Database.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }
}
