using System.Text;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres;

namespace Nebula.Storage;

/// <summary>How the engine reaches PostgreSQL.</summary>
/// <param name="Server">Where the metadata and the databases are.</param>
public sealed record PostgresOptions(PostgresServerOptions Server)
{
    /// <summary>A way to the server round its pooler, for notifications alone; null when there is none. Never printed, see <see cref="PrintMembers"/>.</summary>
    public string? DirectConnectionString { get; init; }

    /// <summary>The placements that take new databases, of which the emptiest gets the next. At least one.</summary>
    public IReadOnlyList<PlacementName> NewDatabases { get; init; } = [PlacementName.Postgres];

    /// <summary>Where notifications can be listened to; null where a pooler lets none pass.</summary>
    internal string? ListeningConnectionString => DirectConnectionString ?? (Server.IsPooled ? null : Server.ConnectionString);

    // As in the server's options: there is a password in it.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(Server)).Append(" = ").Append(Server);
        return true;
    }
}
