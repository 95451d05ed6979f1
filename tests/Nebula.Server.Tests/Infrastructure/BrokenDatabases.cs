using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>A fault of the server: whatever is asked about databases fails in a way that nobody foresaw.</summary>
internal sealed class BrokenDatabases : IDatabaseStore
{
    /// <summary>What no client may read.</summary>
    public const string Secret = "/var/lib/nebula: SELECT password_hash FROM users";

    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => throw Fault;

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => throw Fault;

    public ValueTask<IReadOnlyList<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) => throw Fault;

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct) => throw Fault;

    public ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => throw Fault;

    public ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, CancellationToken ct) => throw Fault;

    public ValueTask<Result<Done>> RemoveAsync(Database database, CancellationToken ct) => throw Fault;

    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => throw Fault;

    public ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct) => throw Fault;

    private static InvalidOperationException Fault => new(Secret);
}
