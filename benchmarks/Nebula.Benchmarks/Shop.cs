using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Tables;
using Nebula.Storage;

namespace Nebula.Benchmarks;

/// <summary>Nebula without HTTP: the core on its storage, in a directory of its own, with the ladder's table and 100 records.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private const int Count = 100;

    private readonly SqliteStorage _storage;
    private readonly string _directory;

    private Shop(SqliteStorage storage, string directory)
    {
        (_storage, _directory) = (storage, directory);
        var cache = new ApiKeyCache();
        var audit = new AuditLog(storage.Audit);
        var quotas = new QuotaService(storage.Quotas, QuotaSet.Unlimited, storage.Databases, TimeProvider.System);
        var databases = new DatabaseService(storage.Databases, cache, quotas, audit);
        Tables = new TableService(storage.Tables, databases, quotas, audit);
        Records = new RecordService(Tables, storage.Records, new CursorSigner("benchmark"u8), quotas, TimeProvider.System);
        Keys = new ApiKeyService(storage.ApiKeys, cache, new ApiKeyUses(storage.ApiKeys, TimeProvider.System), databases, storage.Tables, audit, TimeProvider.System);
    }

    public static byte[] Body { get; } = Encoding.UTF8.GetBytes("""{"name":"item-04711","note":"note-04711","amount":4711,"price":47.11}""");

    public static DatabaseName Database { get; } = Of(DatabaseName.Parse("shop"));

    public static TableName TableName { get; } = Of(TableName.Parse("items"));

    public TableService Tables { get; }

    public RecordService Records { get; }

    public ApiKeyService Keys { get; }

    public string Key { get; private set; } = "";

    public static async Task<Shop> OpenAsync()
    {
        var ct = CancellationToken.None;
        var clock = TimeProvider.System;
        var directory = Directory.CreateTempSubdirectory("nebula-benchmarks-").FullName;
        var storage = await SqliteStorage.StartAsync(new StorageOptions { DataDirectory = directory }, clock, NullLoggerFactory.Instance, ct);
        var shop = new Shop(storage, directory);

        var account = new Account(UserId.New(clock), "benchmark", "benchmark@example.com", "no hash", TokenVersion: 1, clock.GetUtcNow());
        Of(await storage.Accounts.AddAsync(account, ct));
        var database = Of(await storage.Databases.AddAsync(account.Id, Database, most: null, ct));
        (shop.Key, var prefix) = ApiKeyText.Create();
        Of(await storage.ApiKeys.AddAsync(
            new ApiKey(ApiKeyId.New(clock), database.Id, ApiKey.DefaultName, prefix, prefix, ApiKeyText.Hash(shop.Key), Scopes.All, null, clock.GetUtcNow(), null, null), ct));

        var caller = await shop.AuthenticateAsync();
        Of(await shop.Tables.CreateAsync(
            caller,
            Database,
            new TableDefinition(TableName, [Column("name", ColumnType.Text), Column("note", ColumnType.Text), Column("amount", ColumnType.Integer), Column("price", ColumnType.Real)]),
            ct));
        for (var i = 0; i < Count; i++)
            Of(await shop.Records.CreateAsync(caller, Database, TableName, Body, null, ct)).Dispose();
        return shop;
    }

    public async ValueTask<KeyCaller> AuthenticateAsync() =>
        await Keys.AuthenticateAsync(Key, CancellationToken.None) ?? throw new InvalidOperationException("The key is unknown.");

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The value of an outcome that can't fail here.</summary>
    public static T Of<T>(Result<T> result) => result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.Message);

    private static ColumnDefinition Column(string name, ColumnType type) => new(name, type, IsNullable: true, IsUnique: false);
}
