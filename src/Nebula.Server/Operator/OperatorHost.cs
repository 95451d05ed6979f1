using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Nebula.Api.Health;
using Nebula.Api.Operator;
using Nebula.Core.Backups;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Quotas;

namespace Nebula.Server.Operator;

/// <summary>
/// Serves the operator's routes on the socket in the data directory. A host of its own, so that no mistake in the routes of the API can lead to them. Disposing it ends what
/// is under way.
/// </summary>
internal sealed partial class OperatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OperatorHost(WebApplication app) => _app = app;

    /// <summary>Listens, or says in the log why commands can't reach this server and gives null: the API does not depend on it.</summary>
    /// <param name="server">The services that the routes ask.</param>
    public static async Task<OperatorHost?> StartAsync(string dataDirectory, IServiceProvider server, ILoggerFactory loggers, CancellationToken ct)
    {
        var logger = loggers.CreateLogger<OperatorHost>();
        if (OperatorSocket.Prevents(dataDirectory) is { } reason)
        {
            Unreachable(logger, reason);
            return null;
        }

        var app = Build(OperatorSocket.PathIn(dataDirectory), server, loggers);
        try
        {
            await app.StartAsync(ct);
            return new OperatorHost(app);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            // A file system without sockets, such as a directory that a container shares with another system.
            Unreachable(logger, e.Message);
            await app.DisposeAsync();
            return null;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static WebApplication Build(string path, IServiceProvider server, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = OperatorSocket.Bind);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenUnixSocket(path, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services
            .AddSingleton(loggers)
            .AddSingleton(server.GetRequiredService<IServerStatus>())
            .AddSingleton(server.GetRequiredService<MoveService>())
            .AddSingleton(server.GetRequiredService<AccountQuotas>())
            .AddSingleton(server.GetRequiredService<BackupService>())
            .AddSingleton(server.GetRequiredService<HistoryService>())
            .AddOperatorApi();
        var app = builder.Build();
        app.MapOperator();
        return app;
    }

    [LoggerMessage(3004, LogLevel.Warning, "Commands can't reach this server while it runs: {Reason}")]
    private static partial void Unreachable(ILogger logger, string reason);
}
