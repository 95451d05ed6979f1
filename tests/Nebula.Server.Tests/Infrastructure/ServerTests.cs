namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Tests that ask the shared server over HTTP.</summary>
public abstract class ServerTests(SharedServer shared)
{
    private protected TestServer Nebula => shared.Server;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;
}
