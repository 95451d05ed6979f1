using System.Text;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Support;

/// <summary>A table as one caller reaches it, with JSON in and out.</summary>
public sealed class TestTable(TestDatabase database, Caller caller, TableName name)
{
    private RecordService Records => database.Services.Records;

    public TestDatabase Database => database;

    public TableName Name => name;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask<Result<Row>> InsertAsync(string json) => CancellableInsertAsync(json, Token);

    public async ValueTask<Result<Row>> CancellableInsertAsync(string json, CancellationToken ct) =>
        Row.Of(await Records.CreateAsync(caller, database.Database.Name, name, Encoding.UTF8.GetBytes(json), null, ct));

    public async Task<Row> AddAsync(string json) => (await InsertAsync(json)).Succeeds();

    /// <summary>Adds a record for a request that may be sent again.</summary>
    public async ValueTask<Result<Row>> InsertOnceAsync(string json, IdempotentRequest once) =>
        Row.Of(await Records.CreateAsync(caller, database.Database.Name, name, Encoding.UTF8.GetBytes(json), once, Token));

    /// <summary>Adds an array, or upserts it by some columns.</summary>
    public ValueTask<Result<BulkOutcome>> InsertManyAsync(string json, string? onConflict = null, IdempotentRequest? once = null, string? resolution = null) =>
        database.Services.Bulk.CreateAsync(
            caller, database.Database.Name, name, Encoding.UTF8.GetBytes(json), onConflict is null ? null : new ConflictText(onConflict, resolution), once, Token);

    public ValueTask<Result<long>> UpdateMatchingAsync(string filter, int max, string json) => database.Services.Bulk.UpdateMatchingAsync(
        caller, database.Database.Name, name, Matching(filter, max), Encoding.UTF8.GetBytes(json), null, Token);

    public ValueTask<Result<long>> DeleteMatchingAsync(string filter, int max) =>
        database.Services.Bulk.DeleteMatchingAsync(caller, database.Database.Name, name, Matching(filter, max), null, Token);

    public async ValueTask<Result<Row>> UpdateAsync(long id, string json, params EntityTag[] ifMatch) => Row.Of(await Records.UpdateAsync(
        caller, database.Database.Name, name, $"{id}", Encoding.UTF8.GetBytes(json), Match(ifMatch), null, Token));

    public ValueTask<Result<Done>> DeleteAsync(long id, params EntityTag[] ifMatch) =>
        Records.DeleteAsync(caller, database.Database.Name, name, $"{id}", Match(ifMatch), null, Token);

    public async ValueTask<Result<Row>> FindAsync(long id, string? fields = null) =>
        Row.Of(await Records.GetAsync(caller, database.Database.Name, name, $"{id}", fields, Token));

    /// <summary>A page, asked for as in a query string: <c>sort=a&amp;order=desc</c>.</summary>
    public ValueTask<Result<Page>> TryListAsync(string query = "") => CancellableListAsync(query, Token);

    public async ValueTask<Result<Page>> CancellableListAsync(string query, CancellationToken ct) =>
        Page.Of(await Records.ListAsync(caller, database.Database.Name, name, Parameters(query), ct));

    public async Task<Page> ListAsync(string query = "") => (await TryListAsync(query)).Succeeds();

    /// <summary>The groups of an aggregate as they go to the client, in JSON.</summary>
    public async ValueTask<Result<string>> AggregateAsync(string query)
    {
        if (!(await database.Services.Aggregates.AggregateAsync(caller, database.Database.Name, name, Parameters(query), Token)).TryGet(out var groups, out var error))
            return error;
        using (groups)
            return $"[{Encoding.UTF8.GetString(groups.Rows.Span)}]";
    }

    /// <summary>The whole of an export.</summary>
    public async ValueTask<Result<string>> ExportAsync(string query)
    {
        if (!(await database.Services.Exports.BeginAsync(caller, database.Database.Name, name, Parameters(query), Token)).TryGet(out var export, out var error))
            return error;
        using (export)
        {
            var text = new StringBuilder(Encoding.UTF8.GetString(export.Rows.Span));
            while (!export.IsComplete)
            {
                if (!(await export.ReadNextAsync(Token)).TryGet(out _, out error))
                    return error;
                text.Append(Encoding.UTF8.GetString(export.Rows.Span));
            }

            return text.ToString();
        }
    }

    public async ValueTask<Result<ImportReport>> ImportAsync(ImportFormat format, string body, bool skipsBadRows = false, bool keepsIds = false)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return await database.Services.Imports.ImportAsync(caller, database.Database.Name, name, new ImportRequest(format, skipsBadRows, keepsIds), stream, Token);
    }

    /// <summary>The unfiltered total, as a client sees it.</summary>
    public async Task<long> TotalAsync() => (await ListAsync("limit=1")).Total ?? throw new InvalidOperationException("A total was asked for.");

    /// <summary>What opening the table gives: the proof that the caller may use it.</summary>
    public ValueTask<Result<OpenTable>> OpenAsync() =>
        database.Services.Tables.OpenAsync(caller, database.Database.Name, name, Scopes.RecordsWrite, Token);

    private static List<KeyValuePair<string, string>> Parameters(string query) =>
    [
        .. query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Select(part => KeyValuePair.Create(Uri.UnescapeDataString(part[0]), Uri.UnescapeDataString(part[1]))),
    ];

    private static KeyValuePair<string, string>[] Matching(string filter, int max) =>
        [new("filter", filter), new("max_affected", max.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    private static Precondition Match(EntityTag[] tags) => tags.Length == 0 ? default : new Precondition(tags);
}
