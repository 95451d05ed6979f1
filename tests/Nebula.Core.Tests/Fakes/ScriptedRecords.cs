using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Record = Nebula.Core.Records.Record;

namespace Nebula.Core.Tests.Fakes;

/// <summary>Keeps no records: gives the answers that it is told to, and writes down what reached it.</summary>
internal sealed class ScriptedRecords : IRecordStore
{
    /// <summary>What came in, each call in one line.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The tables that the calls were for.</summary>
    public List<Table> Tables { get; } = [];

    /// <summary>How many of the next calls find their table changed.</summary>
    public int StaleCalls { get; set; }

    /// <summary>What every other call fails with, if anything.</summary>
    public Error? Failure { get; set; }

    /// <summary>Runs within each call.</summary>
    public Action? During { get; set; }

    public ValueTask<Result<Record>> GetAsync(OpenTable table, RecordId id, IReadOnlyList<Column>? fields, CancellationToken ct) =>
        Answer(table, $"get {id} {(fields is null ? "*" : string.Join(',', fields.Select(f => f.Name)))}", Record(id));

    public ValueTask<Result<RecordPage>> ListAsync(OpenTable table, RecordQuery query, CancellationToken ct) =>
        Answer(table, $"list {query.Limit} {query.Offset} by {query.Sort[0].Column.Name}", new RecordPage(new Utf8Buffer(), new RecordTotal(0), query, last: null));

    public ValueTask<Result<Record>> InsertAsync(OpenTable table, RecordDraft draft, IdempotentRequest? once, CancellationToken ct) =>
        Answer(table, $"insert {draft.Shown()}", Record(new RecordId(1)));

    public ValueTask<Result<Record>> UpdateAsync(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        Answer(table, $"update {id} {draft.Shown()}{(ifMatch.IsNone ? "" : " if-match")}", Record(id));

    public ValueTask<Result<Done>> DeleteAsync(OpenTable table, RecordId id, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        Answer(table, $"delete {id}{(ifMatch.IsNone ? "" : " if-match")}", new Done());

    private ValueTask<Result<T>> Answer<T>(OpenTable table, string call, T value)
    {
        Calls.Add(call);
        Tables.Add(table.Table);
        During?.Invoke();
        if (StaleCalls > 0)
        {
            StaleCalls--;
            return new(Error.StaleTable);
        }

        return new(Failure ?? Result.Success(value));
    }

    private static Record Record(RecordId id) => new(id, new Utf8Buffer(), default);
}
