using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>One transaction of a file that is being made.</summary>
internal sealed class SqliteMoveBatch : IMoveBatch
{
    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };
    private readonly Connection _connection;

    private SqliteMoveBatch(Connection connection) => _connection = connection;

    public static SqliteMoveBatch Begin(Connection connection)
    {
        connection.Execute("BEGIN IMMEDIATE");
        return new SqliteMoveBatch(connection);
    }

    public ValueTask DeleteAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct)
    {
        Run($"DELETE FROM {Identifier.Quote(table.Table.Name)} WHERE {Identifier.Quote(table.Key.Name)} IN (SELECT value FROM json_each(?1))", "", delete => delete.BindCopiedText(1, MovedRows.Json(keys)));
        return default;
    }

    /// <summary>
    /// While the blocks of the first copy come, which are of different moments, a value that is unique can be there twice: in a record that has it now and in one that had it. The later one takes the earlier one's
    /// place, which changed since, so that the log brings it again.
    /// </summary>
    public ValueTask InsertAsync(MovedTable table, IReadOnlyList<MovedRow> rows, CancellationToken ct)
    {
        var columns = table.Table.Columns;
        var sql = $"INSERT OR REPLACE INTO {Identifier.Quote(table.Table.Name)} ({string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))})";
        foreach (var row in rows)
        {
            Run(sql, table.Table.Name, insert =>
            {
                for (var i = 0; i < columns.Count; i++)
                    DraftBinding.Bind(insert, i + 1, columns[i].Type == ColumnType.Json ? Minified(row.Values[i]) : row.Values[i]);
            });
        }

        return default;
    }

    public ValueTask KeepAsync(IReadOnlyList<KeptAnswer> answers, CancellationToken ct)
    {
        foreach (var answer in answers)
        {
            Run($"INSERT OR REPLACE INTO {KeptAnswers.TableName} (request, body, at, answer) VALUES (?1, ?2, ?3, ?4)", KeptAnswers.TableName, insert =>
            {
                insert.BindCopiedBlob(1, answer.Request);
                insert.BindCopiedBlob(2, answer.Body);
                insert.Bind(3, answer.At);
                insert.BindCopiedBlob(4, answer.Answer);
            });
        }

        return default;
    }

    public ValueTask CommitAsync(CancellationToken ct)
    {
        Run("COMMIT", "", _ => { });
        return default;
    }

    public ValueTask DisposeAsync()
    {
        if (_connection.IsInTransaction)
            _connection.Execute("ROLLBACK");
        return default;
    }

    /// <summary>JSON is kept here without blanks between its tokens; another engine writes it with them.</summary>
    private static TypedValue Minified(TypedValue value)
    {
        if (value.Kind != ValueKind.Text)
            return value;
        using var json = JsonDocument.Parse(value.Bytes, new JsonDocumentOptions { MaxDepth = 1000 });
        var buffer = new ArrayBufferWriter<byte>(value.Bytes.Length);
        using (var writer = new Utf8JsonWriter(buffer, _plain))
            json.RootElement.WriteTo(writer);
        return TypedValue.Text(buffer.WrittenMemory);
    }

    private void Run(string sql, string table, Action<Statement> bind)
    {
        var statement = _connection.Prepare(sql);
        try
        {
            bind(statement);
            statement.Step();
        }
        catch (SqliteFaultException e)
        {
            var error = SqliteErrors.Translate(e.Code) ?? SqliteErrors.Unavailable;
            throw new MoveBrokenOffException(table.Length == 0 ? error : error with { Message = $"A record of '{table}' can't be kept by SQLite. {error.Message}" }, e);
        }
        finally
        {
            statement.Reset();
        }
    }
}
