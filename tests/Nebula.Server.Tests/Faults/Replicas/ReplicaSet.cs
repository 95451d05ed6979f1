using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>Two servers, each a process of its own, that share a PostgreSQL. Their addresses stay the same however often they are started.</summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nebula-replicas-");
    private readonly ServerProcess?[] _servers = [null, null];
    private readonly string _connection;
    private readonly IReadOnlyList<(string Name, string Value)> _variables;

    private ReplicaSet(string connection, IReadOnlyList<(string Name, string Value)> variables) => (_connection, _variables) = (connection, variables);

    public IReadOnlyList<Uri> Addresses { get; } = [new Uri($"http://127.0.0.1:{FreePort.Next()}"), new Uri($"http://127.0.0.1:{FreePort.Next()}")];

    /// <param name="connection">As <c>DATABASE_URL</c>.</param>
    /// <param name="variables">Settings beside those that both need.</param>
    public static async Task<ReplicaSet> StartAsync(string connection, CancellationToken ct, params IReadOnlyList<(string Name, string Value)> variables)
    {
        var replicas = new ReplicaSet(connection, variables);
        try
        {
            // Both at once, so that both find a database without a schema.
            await Task.WhenAll(replicas.StartAsync(0, ct), replicas.StartAsync(1, ct));
            return replicas;
        }
        catch
        {
            await replicas.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync(int server, CancellationToken ct)
    {
        var variables = new Dictionary<string, string>
        {
            ["SERVER_PORT"] = $"{Addresses[server].Port}",
            ["NEBULA_STORAGE"] = "postgres",
            ["DATABASE_URL"] = _connection,
            ["JWT_SECRET"] = TestServer.JwtSecret,
        };
        foreach (var (name, value) in _variables)
            variables[name] = value;
        _servers[server] = await ServerProcess.StartAsync(new ServerStart(Path.Combine(_directory.FullName, $"{server}")) { Variables = variables }, ct);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(int server)
    {
        if (_servers[server] is { } running)
            await running.DisposeAsync();
        _servers[server] = null;
    }

    /// <summary>The last lines that the servers wrote, for a failure's message.</summary>
    public string Output => string.Join('\n', _servers.Select((server, i) => $"-- server {i}\n{server?.Output}"));

    public async ValueTask DisposeAsync()
    {
        await KillAsync(0);
        await KillAsync(1);
        _directory.Delete(recursive: true);
    }
}
