using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>A connection of the pool that a request of one database has, as one of those that the database may have at a time. Disposed once.</summary>
internal readonly struct DatabaseConnection(NpgsqlConnection connection, DatabaseLimiter.Lease lease) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.DisposeAsync();
        }
        finally
        {
            lease.Dispose();
        }
    }
}
