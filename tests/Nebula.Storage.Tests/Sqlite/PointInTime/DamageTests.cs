using Nebula.Core;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>What is damaged, missing or not ours to read is said, and never restored as if it were whole.</summary>
public sealed class DamageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/0000000001", "is damaged")]
    [InlineData("/base-", "is damaged")]
    public async Task A_changed_object_is_named(string part, string fault)
    {
        await using var storage = await WithSegmentsAsync(codec: null);
        var name = storage.Target.Names.First(n => n.Contains(part, StringComparison.Ordinal) && n.StartsWith("wal/1/", StringComparison.Ordinal));
        var content = await DecodeAsync(storage, name);
        content[content.Length / 2] ^= 1;
        await EncodeAsync(storage, name, content);

        var message = await FaultAsync(storage);
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_was_cut_is_named()
    {
        await using var storage = await WithSegmentsAsync(codec: null);
        var name = storage.Target.Segments[1];
        storage.Target.Objects[name] = storage.Target.Objects[name][..^20];

        Assert.Contains(name, await FaultAsync(storage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_is_missing_is_named()
    {
        await using var storage = await WithSegmentsAsync(codec: null);
        var name = storage.Target.Segments[1];
        storage.Target.Objects.TryRemove(name, out _);

        Assert.Equal($"'{name}' is missing.", await FaultAsync(storage));
    }

    [Fact]
    public async Task An_index_that_does_not_say_what_its_table_does_is_no_whole_database()
    {
        await using var storage = await WithSegmentsAsync(codec: null);
        var database = (await storage.Running.Services.DatabaseStore.FindAsync(new(1), Ct))!;
        foreach (var sql in new[]
        {
            "CREATE INDEX by_n ON items (n); CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'by_n'; PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'by_n'; PRAGMA schema_version = 1000",
            "UPDATE items SET n = 100 WHERE n = 1", // which the index does not hear of
            "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM kept; PRAGMA schema_version = 1001",
        })
        {
            using var program = storage.Running.OpenFile(database);
            program.Run($"PRAGMA wal_autocheckpoint = 0; {sql}");
        }

        await storage.ShipAsync();

        Assert.Contains("is no whole database", await FaultAsync(storage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_another_key_nothing_is_restored_and_nothing_of_the_content_is_seen()
    {
        await using var storage = await WithSegmentsAsync(Key(1));
        Assert.All(storage.Target.Objects, o => Assert.Equal(-1, o.Value.AsSpan().IndexOf("items"u8)));

        var store = new HistoryStore(storage.Target, new BackupCodec(Key(2)));
        var fault = await Assert.ThrowsAsync<UnreadableBackupException>(() => new HistoryCatalog(store).ListAsync(Ct).AsTask());
        Assert.Contains("another key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moment_before_the_first_copy_is_refused_with_the_earliest_moment_that_there_is()
    {
        await using var storage = await WithSegmentsAsync(codec: null);
        var catalog = new HistoryCatalog(new HistoryStore(storage.Target, new BackupCodec(null)));
        var copy = (await catalog.ListAsync(Ct))[0];

        var error = await catalog.FindAsync(copy.Owner!, copy.Name, copy.From.AddMilliseconds(-1), Ct).AsTask();
        Assert.True(error.FailsWith(ErrorCodes.InvalidParameter) is { } refused && refused.Message.Contains(Timestamps.ToText(copy.From), StringComparison.Ordinal));
        Assert.Equal(copy.From, (await catalog.FindAsync(copy.Owner!, copy.Name, copy.From, Ct)).Succeeds().From);
        (await catalog.FindAsync(copy.Owner!, "nothing", copy.From, Ct)).FailsWith(ErrorCodes.DatabaseNotFound);
    }

    private static async Task<ShippedStorage> WithSegmentsAsync(BackupKey? codec)
    {
        var storage = await ShippedStorage.StartAsync(change: o => o with { Key = codec });
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        for (var n = 0; n < 3; n++)
        {
            await table.AddAsync($$"""{"n": {{n}}}""");
            await storage.ShipAsync();
        }

        return storage;
    }

    private static async Task<string> FaultAsync(ShippedStorage storage)
    {
        var database = (await storage.Running.Services.DatabaseStore.FindAsync(new(1), Ct))!;
        return (await Assert.ThrowsAsync<UnreadableBackupException>(() => storage.NumbersAsync(database, DateTimeOffset.UtcNow))).Message;
    }

    private static async Task<byte[]> DecodeAsync(ShippedStorage storage, string name)
    {
        await using var content = (await new HistoryStore(storage.Target, new BackupCodec(null)).OpenAsync(name, Ct))!;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }

    private static async Task EncodeAsync(ShippedStorage storage, string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        await new HistoryStore(storage.Target, new BackupCodec(null)).WriteAsync(name, stream, Ct);
    }

    private static BackupKey Key(byte fill)
    {
        Assert.Null(BackupKey.Parse(Convert.ToBase64String([.. Enumerable.Repeat(fill, BackupKey.Bytes)]), out var key));
        return key!;
    }
}
