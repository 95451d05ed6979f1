using System.Text;

namespace Nebula.Storage.Postgres;

/// <summary>How one PostgreSQL server is reached.</summary>
/// <param name="ConnectionString">As Npgsql reads it. Never printed, see <see cref="PrintMembers"/>.</param>
public sealed record PostgresServerOptions(string ConnectionString)
{
    /// <summary>Whether a pooler in transaction mode stands in between: two transactions of one connection may then reach two sessions, so that nothing can be kept in a session.</summary>
    public bool IsPooled { get; init; }

    /// <summary>How many connections this process holds at most.</summary>
    public int PoolSize { get; init; } = 16;

    /// <summary>How long a request waits for a connection, be it new or one of the pool.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one statement may run before it is cancelled.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write waits for its turn, or for what another transaction holds, before it is refused as busy.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    // A record prints all its members. This one must not: one log line of the options would give the password away.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(ConnectionString)).Append(" = (hidden), ").Append(nameof(PoolSize)).Append(" = ").Append(PoolSize);
        return true;
    }
}
