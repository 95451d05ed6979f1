using Nebula.Server.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>The one server that most tests talk to. They keep out of each other's way by signing up an account each.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync([]);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
