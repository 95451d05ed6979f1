using BenchmarkDotNet.Attributes;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Benchmarks;

/// <summary>The parts of a request that Nebula adds to Kestrel and SQLite.</summary>
/// <remarks>Public and not sealed, because the benchmark library derives from it.</remarks>
public class RequestParts
{
    private static readonly KeyValuePair<string, string>[] _hundredWithoutTotal = [new("limit", "100"), new("count", "none")];

    private Shop? _shop;
    private KeyCaller? _caller;
    private Table? _table;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _shop = await Shop.OpenAsync();
        _caller = await _shop.AuthenticateAsync();
        _table = Shop.Of(await _shop.Tables.GetAsync(_caller, Shop.Database, Shop.TableName, CancellationToken.None));
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        if (_shop is not null)
            await _shop.DisposeAsync();
    }

    /// <summary>A known key, as nearly every request has one.</summary>
    [Benchmark]
    public async Task<object?> AuthenticateKey() => await Opened.Keys.AuthenticateAsync(Opened.Key, CancellationToken.None);

    /// <summary>A body of four columns becomes typed values.</summary>
    [Benchmark]
    public int ParseDraft()
    {
        using var draft = Shop.Of(RecordDraft.ParseNew(_table ?? throw NotOpened, Shop.Body));
        return draft.Bytes.Length;
    }

    /// <summary>Rights, point read, the row as JSON, its entity tag.</summary>
    [Benchmark]
    public async Task<int> GetRecord()
    {
        using var record = Shop.Of(await Opened.Records.GetAsync(
            _caller ?? throw NotOpened, Shop.Database, Shop.TableName, "50", null, CancellationToken.None));
        return record.Json.Length;
    }

    /// <summary>Parameters, scan, 100 rows as JSON.</summary>
    [Benchmark]
    public async Task<int> List100Records()
    {
        using var page = Shop.Of(await Opened.Records.ListAsync(
            _caller ?? throw NotOpened, Shop.Database, Shop.TableName, _hundredWithoutTotal, CancellationToken.None));
        return page.Rows.Length;
    }

    private Shop Opened => _shop ?? throw NotOpened;

    private static InvalidOperationException NotOpened => new("The benchmark was not set up.");
}
