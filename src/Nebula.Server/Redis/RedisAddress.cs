using System.Text;

namespace Nebula.Server.Redis;

/// <summary>Where Redis is and how it is entered.</summary>
/// <param name="User">Null for Redis's default user.</param>
/// <param name="Password">Null where none is asked for. Never printed, see <see cref="PrintMembers"/>.</param>
internal sealed record RedisAddress(string Host, int Port, string? User, string? Password, int Database, bool IsTls)
{
    // A record prints all its members. This one must not: one log line of the options would give the password away.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(Host)).Append(" = ").Append(Host).Append(", ").Append(nameof(Port)).Append(" = ").Append(Port);
        return true;
    }
}
