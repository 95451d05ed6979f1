using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Faults;

/// <summary>A broken file takes its own database out of service, and nothing else.</summary>
public sealed class TornFileTests : IAsyncLifetime
{
    private const int Rows = 500;
    private const int PageSize = 4096;

    private readonly ShiftedClock _clock = new();
    private RunningStorage _storage = null!; // set before each test
    private TestTable _torn = null!;
    private TestTable _neighbour = null!;
    private byte[] _healthy = [];

    private string TornPath => _storage.PathOf(_torn.Database.Database);

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync(clock: _clock);
        var tenant = await _storage.Services.AddTenantAsync();
        (_torn, _neighbour) = (await tenant.AddTableAsync("n INTEGER", "t TEXT"), await tenant.AddTableAsync("n INTEGER", "t TEXT"));
        foreach (var table in new[] { _torn, _neighbour })
            await Task.WhenAll(Enumerable.Range(0, Rows).Select(n => table.AddAsync($$"""{"n": {{n}}, "t": "{{new string('x', 500)}}"}""")));
        await _storage.RestartAsync(() => _healthy = File.ReadAllBytes(TornPath));
        (_torn, _neighbour) = (On(_torn), On(_neighbour));
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public Task A_file_that_is_no_database_is_quarantined() => IsQuarantined(() => File.WriteAllBytes(TornPath, [.. Enumerable.Repeat((byte)'x', 20_000)]), "damaged");

    [Fact]
    public Task A_broken_header_is_noticed() => IsQuarantined(() => Flip(from: 0, count: 16), "damaged");

    [Fact]
    public Task A_broken_schema_is_noticed() => IsQuarantined(() => Flip(from: 100, count: 8), "damaged");

    [Fact]
    public Task A_file_cut_in_its_midst_is_noticed() => IsQuarantined(() => Cut(_healthy.Length / 2 / PageSize * PageSize), "damaged");

    [Fact]
    public Task A_file_cut_within_a_page_is_noticed() => IsQuarantined(() => Cut(_healthy.Length - 100), "damaged");

    [Fact]
    public Task A_file_cut_to_its_first_bytes_is_noticed() => IsQuarantined(() => Cut(50), "damaged");

    [Fact]
    public Task A_file_cut_to_nothing_is_not_taken_for_an_empty_database() => IsQuarantined(() => Cut(0), "empty");

    [Fact]
    public Task A_missing_file_is_not_replaced_by_an_empty_database() => IsQuarantined(() => File.Delete(TornPath), "missing");

    [Fact]
    public async Task A_broken_page_is_noticed_when_it_is_read_and_no_wrong_row_is_given()
    {
        await _storage.StopAsync();
        var leaf = _healthy.Length / PageSize * 2 / 3;
        Flip(leaf * PageSize, 8);
        await _storage.StartAsync();
        (_torn, _neighbour) = (On(_torn), On(_neighbour));

        for (var id = 1; id <= Rows; id++)
        {
            var found = await _torn.FindAsync(id);
            if (found.TryGet(out var row, out var error))
                Assert.Equal($"{row.Json["n"]}", $"{row.Id - 1}");
            else
                Assert.Equal(ErrorCodes.Unavailable, error.Code);
        }

        await IsOutOfServiceAsync("damaged");
        await IsMendedAsync();
    }

    [Fact]
    public async Task A_page_that_breaks_under_an_open_database_is_noticed_by_lists_and_writes()
    {
        Assert.Equal(Rows, await _torn.TotalAsync());
        using (var file = new FileStream(TornPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // All but the first pages, which hold the schema: what is not in a cache is read broken.
            file.Position = 3 * PageSize;
            file.Write(new byte[_healthy.Length - 4 * PageSize]);
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
            i % 2 == 0 ? (await _torn.TryListAsync("limit=1000")).Code() : (await _torn.DeleteAsync(i * 9)).Code())));

        Assert.Contains(ErrorCodes.Unavailable, outcomes);
        Assert.All(outcomes, code => Assert.True(code is "ok" or ErrorCodes.Unavailable or ErrorCodes.RecordNotFound, code));
        await IsOutOfServiceAsync("damaged");
        await IsMendedAsync();
    }

    [Fact]
    public async Task Those_who_wait_for_the_writer_of_a_database_that_breaks_are_all_answered()
    {
        Task<Result<Row>>[] waiting;
        using (new WriteLock(TornPath))
        {
            waiting = [.. Enumerable.Range(0, 50).Select(n => _torn.InsertAsync($$"""{"n": {{n}}}""").AsTask())];
            await BreakAsync();
        }

        Assert.All(await Eventually.Ends(Task.WhenAll(waiting)), o => o.FailsWith(ErrorCodes.Unavailable));
        Assert.Equal(Rows, await On(_torn).TotalAsync());
        await _torn.AddAsync("""{"n": 1}""");
        Assert.Equal(0, _storage.Storage.QuarantinedDatabases);
    }

    [Fact]
    public async Task A_quarantined_database_can_be_renamed_and_deleted()
    {
        await _storage.RestartAsync(() => Cut(50));
        var services = _storage.Services;
        await On(_torn).FindAsync(1).FailsWith(ErrorCodes.Unavailable);
        var ct = TestContext.Current.CancellationToken;

        var renamed = await services.DatabaseStore.RenameAsync(_torn.Database.Database, Some.Database("other"), ct).Succeeds();
        await services.DatabaseStore.RemoveAsync(renamed, ct).Succeeds();

        Assert.Equal(0, _storage.Storage.QuarantinedDatabases);
        Assert.False(File.Exists(_storage.PathOf(renamed)));
    }

    private async Task IsQuarantined(Action damage, string reason)
    {
        await _storage.RestartAsync(damage);
        (_torn, _neighbour) = (On(_torn), On(_neighbour));
        await IsOutOfServiceAsync(reason);
        await IsMendedAsync();
    }

    private async Task IsOutOfServiceAsync(string reason)
    {
        var error = await _torn.FindAsync(1).FailsWith(ErrorCodes.Unavailable);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.RetryAfter);
        await _torn.InsertAsync("""{"n": 1}""").FailsWith(ErrorCodes.Unavailable);
        await _torn.TryListAsync().FailsWith(ErrorCodes.Unavailable);
        Assert.Equal(1, _storage.Storage.QuarantinedDatabases);
        Assert.Contains(_storage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal));

        Assert.Equal(Rows, await _neighbour.TotalAsync());
        await _neighbour.DeleteAsync((await _neighbour.AddAsync("""{"n": 1}""")).Id).Succeeds();
    }

    private async Task IsMendedAsync()
    {
        foreach (var log in new[] { "-wal", "-shm" })
            File.Delete(TornPath + log);
        File.WriteAllBytes(TornPath, _healthy);
        await _torn.FindAsync(1).FailsWith(ErrorCodes.Unavailable); // not tried at each request

        _clock.Shift += TimeSpan.FromSeconds(11);

        Assert.Equal(Rows, await _torn.TotalAsync());
        await _torn.AddAsync("""{"n": 1}""");
        Assert.Equal(0, _storage.Storage.QuarantinedDatabases);
        Assert.Contains(_storage.Log.Lines, line => line.Contains("serves again", StringComparison.Ordinal));
    }

    private Task<bool> BreakAsync() => _storage.InsideAsync(_torn.Database.Database, open =>
    {
        open.Break(new Nebula.Storage.Sqlite.Native.SqliteFaultException(Nebula.Storage.Sqlite.Native.ResultCodes.IoError, "the disk is gone"));
        return true;
    });

    private void Flip(int from, int count)
    {
        var bytes = File.ReadAllBytes(TornPath);
        for (var i = from; i < from + count; i++)
            bytes[i] ^= 0xFF;
        File.WriteAllBytes(TornPath, bytes);
    }

    private void Cut(int length)
    {
        using var file = new FileStream(TornPath, FileMode.Open);
        file.SetLength(length);
    }

    private TestTable On(TestTable table) => table.Database.On(_storage.Services).Table(table.Name.Value);
}
