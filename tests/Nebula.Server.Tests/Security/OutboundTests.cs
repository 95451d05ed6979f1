using System.Text.RegularExpressions;
using Nebula.Server.Tests.Architecture;

namespace Nebula.Server.Tests.Security;

/// <summary>"Outbound requests refuse private addresses": there are none to an address that a client gives.</summary>
public sealed partial class OutboundTests
{
    // The operator's own addresses: Redis, PostgreSQL, the place of backups, whose addresses are looked at one by one, and the server itself for its commands.
    private static readonly string[] _configured =
    [
        "src/Nebula.Server/Commands/HealthCommand.cs", "src/Nebula.Server/Operator/OperatorClient.cs", "src/Nebula.Server/Operator/OperatorSocket.cs", "src/Nebula.Server/Redis/RedisBuckets.cs",
        "src/Nebula.Server/S3/GuardedHttpClients.cs",
        "src/Nebula.Storage/Postgres/PostgresServer.cs", "src/Nebula.Storage/Postgres/Metadata/ChangeConnection.cs",
    ];

    [Fact]
    public void Only_addresses_of_the_configuration_are_connected_to() => Assert.Equal(
        _configured.Order(StringComparer.Ordinal),
        from path in Layers.SourceFiles()
        where Layers.Code(path).Any(line => Connecting().IsMatch(line.Text))
        orderby path
        select path.Replace('\\', '/'));

    [GeneratedRegex(@"\b(new (HttpClient|SocketsHttpHandler|TcpClient|UdpClient|ClientWebSocket|Socket|Ping)\b|ConnectionMultiplexer\.Connect|new NpgsqlConnection\b|Npgsql\w*DataSource\w*\(|WebRequest\.Create|Dns\.Get)")]
    private static partial Regex Connecting();
}
