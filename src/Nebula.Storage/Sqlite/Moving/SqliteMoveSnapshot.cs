using System.Globalization;
using System.Runtime.CompilerServices;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>A read transaction of a database that is moved, on a connection of its own.</summary>
internal sealed class SqliteMoveSnapshot : IMoveSnapshot
{
    private const string SelectAnswers = $"SELECT seq, request, body, at, answer FROM {KeptAnswers.TableName}";

    private readonly DatabaseLease _lease;
    private readonly Connection _reader;
    private readonly MovedRows _rows;

    private SqliteMoveSnapshot(DatabaseLease lease, Connection reader, long last) =>
        (_lease, _reader, _rows, Position) = (lease, reader, new MovedRows(reader), last.ToString(CultureInfo.InvariantCulture));

    public string Position { get; }

    /// <param name="schemaVersion">That of the schema that the move began with.</param>
    public static SqliteMoveSnapshot Open(DatabaseLease lease, long schemaVersion)
    {
        var reader = lease.Database.OpenReader();
        try
        {
            ConnectionSetup.SpillToDisk(reader);
            reader.Execute("BEGIN");
            if (reader.ExecuteInteger("PRAGMA schema_version") != schemaVersion)
                throw new MoveBrokenOffException("The schema of the database was changed while it was moved.");
            return new SqliteMoveSnapshot(lease, reader, reader.ExecuteInteger($"SELECT coalesce(max(seq), 0) FROM {MoveLog.TableName}"));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public ValueTask<IReadOnlyList<MovedRow>> ReadBlockAsync(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct) =>
        new(_rows.ReadBlock(table, after, upTo, limit, ct));

    public ValueTask<IReadOnlyList<MovedRow>> ReadRecordsAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct) => new(_rows.ReadRecords(table, keys, ct));

    /// <summary>By one statement that goes on from portion to portion: SQLite finds what is distinct as it goes, and keeps that in a file when it is much.</summary>
    public async IAsyncEnumerable<MoveChanges> ReadChangesAsync(string after, int limit, [EnumeratorCancellation] CancellationToken ct)
    {
        await default(ValueTask); // all that is read is here
        var select = _reader.PrepareNew($"SELECT DISTINCT table_id, key FROM {MoveLog.TableName} WHERE seq > ?1"); // its own: others may push it out of those that are kept
        try
        {
            select.Bind(1, long.Parse(after, CultureInfo.InvariantCulture));
            while (ReadPortion(select, limit) is { Count: > 0 } changes)
            {
                ct.ThrowIfCancellationRequested();
                yield return changes;
                if (changes.Count < limit)
                    yield break;
            }
        }
        finally
        {
            select.Finish();
        }
    }

    private static MoveChanges ReadPortion(Statement select, int limit)
    {
        var changes = new MoveChanges();
        try
        {
            for (var count = 0; count < limit && select.Step(); count++)
            {
                if (select.Integer(0) == MoveLog.Answers)
                    changes.Answers.Add(select.Integer(1));
                else
                    changes.Add(new TableId(select.Integer(0)), select.Value(1).ToTyped());
            }

            return changes;
        }
        catch (SqliteFaultException e)
        {
            throw new MoveBrokenOffException(SqliteErrors.Translate(e.Code) ?? SqliteErrors.Unavailable, e);
        }
    }

    public ValueTask<long> EstimateAsync(MovedTable table, CancellationToken ct) => new(_reader.ExecuteInteger($"SELECT count(*) FROM {Identifier.Quote(table.Table.Name)}"));

    public ValueTask<IReadOnlyList<KeptAnswer>> ReadAnswersAsync(long after, int limit, CancellationToken ct) => new(Answers($"{SelectAnswers} WHERE seq > ?1 ORDER BY seq LIMIT ?2", select =>
    {
        select.Bind(1, after);
        select.Bind(2, limit);
    }));

    public ValueTask<IReadOnlyList<KeptAnswer>> ReadAnswersAsync(IReadOnlyList<long> numbers, CancellationToken ct) => new(Answers(
        $"{SelectAnswers} WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq", select => select.BindCopiedText(1, MovedRows.Json([.. numbers.Select(TypedValue.Of)]))));

    public ValueTask<NextIds> ReadNextIdsAsync(MovedSchema schema, CancellationToken ct)
    {
        var last = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        Read("SELECT name, seq FROM sqlite_sequence", _ => { }, row => last[row.Text(0)] = row.Integer(1));
        return new(new NextIds(
            last.GetValueOrDefault("_nebula_tables"),
            schema.Tables.Where(t => t.HasSequence).ToDictionary(t => t.Table.Id, t => last.GetValueOrDefault(t.Table.Name))));
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose(); // ends the transaction, which wrote nothing
        _lease.Dispose();
        return default;
    }

    private List<KeptAnswer> Answers(string sql, Action<Statement> bind)
    {
        var answers = new List<KeptAnswer>();
        Read(sql, bind, row => answers.Add(new(row.Integer(0), row.Value(1).Blob.ToArray(), row.Value(2).Blob.ToArray(), row.Integer(3), row.Value(4).Blob.ToArray())));
        return answers;
    }

    private void Read(string sql, Action<Statement> bind, Action<Statement> use)
    {
        var select = _reader.Prepare(sql);
        try
        {
            bind(select);
            while (select.Step())
                use(select);
        }
        catch (SqliteFaultException e)
        {
            throw new MoveBrokenOffException(SqliteErrors.Translate(e.Code) ?? SqliteErrors.Unavailable, e);
        }
        finally
        {
            select.Reset();
        }
    }
}
