using System.Buffers;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>
/// The typed values of a record on its way into a table: one slot per column in catalogue order, texts and blobs side by side in one
/// pooled run of bytes. Not thread-safe. Disposing gives the memory back; nothing may read the draft after that.
/// </summary>
public sealed class RecordDraft : IDisposable
{
    private readonly DraftValue[] _values;
    private byte[] _bytes;
    private int _length;

    internal RecordDraft(Table table, int bytes)
    {
        Table = table;
        _values = ArrayPool<DraftValue>.Shared.Rent(table.Columns.Count);
        _values.AsSpan(0, table.Columns.Count).Clear();
        _bytes = BytePool.Rent(Math.Max(bytes, 64));
    }

    /// <summary>The table that the values were read for.</summary>
    public Table Table { get; }

    /// <summary>One per column, in catalogue order.</summary>
    public ReadOnlySpan<DraftValue> Values => _values.AsSpan(0, Table.Columns.Count);

    /// <summary>The bytes that the ranges of text and blob values point into.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The same bytes, for who writes them asynchronously.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>Reads a whole new record. Fails with invalid_json or invalid_record, naming every offending field.</summary>
    public static Result<RecordDraft> ParseNew(Table table, ReadOnlySpan<byte> utf8Json) => RecordDraftReader.Read(table, utf8Json, isNew: true);

    /// <summary>Reads the columns that a change names. Fails as <see cref="ParseNew"/> does, but misses no column.</summary>
    public static Result<RecordDraft> ParseChange(Table table, ReadOnlySpan<byte> utf8Json) => RecordDraftReader.Read(table, utf8Json, isNew: false);

    /// <summary>Reads a row of an import, as <see cref="ParseNew"/> does.</summary>
    internal static Result<RecordDraft> ParseRow(Table table, ReadOnlySpan<byte> utf8Json, GivenIds ids) => RecordDraftReader.Read(table, utf8Json, isNew: true, ids);

    /// <summary>Sets what Nebula gives: the timestamps that it keeps, and a new record's UUID unless the client gave one.</summary>
    /// <param name="keepsGiven">Whether timestamps that the draft has already stay.</param>
    public RecordDraft Stamped(DateTimeOffset now, bool isNew, bool keepsGiven = false)
    {
        foreach (var column in Table.Columns)
        {
            if (keepsGiven && Values[column.Ordinal].Kind != ValueKind.Absent)
                continue;
            if (isNew && column is { Role: ColumnRole.Id, Type: ColumnType.Uuid } && Values[column.Ordinal].Kind == ValueKind.Absent)
            {
                var start = _length;
                Guid.CreateVersion7(now).TryFormat(Append(36), out _);
                Set(column, DraftValue.Text(start, 36));
            }

            if (column.Role == ColumnRole.UpdatedAt || (isNew && column.Role == ColumnRole.CreatedAt))
            {
                var value = DraftValue.Text(_length, Timestamps.Length);
                Timestamps.Write(now, Append(Timestamps.Length));
                Set(column, value);
            }
        }

        return this;
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length == 0)
            return;
        BytePool.Return(bytes);
        ArrayPool<DraftValue>.Shared.Return(_values);
    }

    /// <summary>Forgets the values, to be filled anew.</summary>
    internal void Clear()
    {
        _values.AsSpan(0, Table.Columns.Count).Clear();
        _length = 0;
    }

    internal int Length => _length;

    internal void Set(Column column, DraftValue value) => _values[column.Ordinal] = value;

    /// <summary>Makes room for more bytes and counts them as written.</summary>
    internal Span<byte> Append(int count)
    {
        if (_bytes.Length - _length < count)
        {
            var larger = BytePool.Rent(Math.Max(_bytes.Length * 2, _length + count));
            Bytes.CopyTo(larger);
            BytePool.Return(_bytes);
            _bytes = larger;
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    /// <summary>What was appended from <paramref name="start"/> on, to be changed in place.</summary>
    internal Span<byte> Written(int start) => _bytes.AsSpan(start, _length - start);

    /// <summary>Takes back bytes that were appended but not used.</summary>
    internal void Truncate(int length) => _length = length;
}
