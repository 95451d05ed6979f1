using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Reading;

/// <summary>A table that takes tens of milliseconds to sort.</summary>
public sealed class LargeTable : IAsyncLifetime
{
    public const int Rows = 200_000;

    private readonly TemporaryDirectory _directory = new();
    private TestTable? _table;

    public async ValueTask InitializeAsync()
    {
        await using var storage = await RunningStorage.StartInAsync(_directory.Copy());
        _table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        using (var program = storage.OpenFile(_table.Database.Database))
        {
            program.Run("PRAGMA synchronous = OFF");
            program.Run($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO items (n, t) SELECT i, 'some text ' || (i * 7919 % 1000003) FROM n");
        }

        await storage.StopAsync();
        CopyInto(storage.Directory.Path, _directory.Path);
    }

    /// <summary>A storage of its own with the table in it.</summary>
    public async Task<(RunningStorage Storage, TestTable Table)> StartAsync(TimeSpan queryTimeout)
    {
        var storage = await RunningStorage.StartInAsync(_directory.Copy(), o => o with { QueryTimeout = queryTimeout });
        return (storage, _table!.Database.On(storage.Services).Table("items")); // set before each test
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return default;
    }

    private static void CopyInto(string from, string to)
    {
        Directory.Delete(to);
        Directory.Move(from, to);
        Directory.CreateDirectory(from);
    }
}
