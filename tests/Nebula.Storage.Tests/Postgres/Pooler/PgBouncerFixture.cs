using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Postgres.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

/// <summary>The PostgreSQL engine behind a PgBouncer in transaction mode: what leaves something in a session finds it gone, or somebody else's.</summary>
public sealed class PgBouncerFixture : PostgresFixture
{
    /// <summary>More than the sessions that PgBouncer has, so that they are taken in turns.</summary>
    private const int PoolSize = 12;

    protected override async ValueTask<PostgresServerOptions> ReachAsync(PostgresDatabase database) =>
        new((await PgBouncer.SharedAsync()).ConnectionStringTo(database)) { IsPooled = true, PoolSize = PoolSize };
}
