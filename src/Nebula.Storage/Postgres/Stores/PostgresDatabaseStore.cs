using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Metadata;
using Nebula.Storage.Postgres.Metadata;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Databases as schemas of one PostgreSQL server.</summary>
internal sealed class PostgresDatabaseStore(RegisteredDatabases entries, PostgresDatabases databases, PostgresPlacement home) : IDatabaseStore
{
    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => entries.FindAsync(owner, name, ct);

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => entries.FindAsync(id, ct);

    public async ValueTask<IReadOnlyList<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) => await entries.ListAsync(owner, limit, offset, ct);

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct) => entries.AddAsync(owner, name, most, ct);

    public ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => entries.CountAsync(owner, ct);

    public ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, CancellationToken ct) => databases.RenameAsync(database.Id, name, ct);

    public ValueTask<Result<Done>> RemoveAsync(Database database, CancellationToken ct) => databases.RemoveAsync(database.Id, database.Placement, ct);

    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => home.GetSizeAsync(database, ct);

    public ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct) => home.GetUsedAsync(database, ct);
}
