using System.Buffers;
using Nebula.Core.Records;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>The rows of a block, each at hand. Disposing gives the memory back. Not thread-safe.</summary>
internal sealed class BlockRows : IDisposable
{
    private readonly int _columns;
    private readonly List<long> _lines = [];
    private DraftValue[] _values;

    public BlockRows(Table table, ReadOnlyMemory<byte> block)
    {
        Table = table;
        Bytes = block;
        _columns = table.Columns.Count;
        _values = ArrayPool<DraftValue>.Shared.Rent(256 * _columns);
        var rows = new RowBlockReader(block.Span);
        for (var length = 0; ; length += _columns)
        {
            if (_values.Length - length < _columns)
                Grow();
            if (!rows.Read(_values.AsSpan(length, _columns)))
                break;
            _lines.Add(rows.Line);
        }
    }

    public Table Table { get; }

    /// <summary>What texts and blobs point into.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public int Count => _lines.Count;

    public ReadOnlySpan<DraftValue> this[int row] => _values.AsSpan(row * _columns, _columns);

    /// <summary>Where a row begins in the body.</summary>
    public long Line(int row) => _lines[row];

    /// <summary>A row on its own.</summary>
    public GivenRow Given(int row) => new(this[row].ToArray(), Bytes);

    /// <summary>The rows from one on that give the same columns as it does: the index behind the last.</summary>
    public int EndOfRun(int start)
    {
        var end = start + 1;
        while (end < Count && IsAlike(this[start], this[end]))
            end++;
        return end;
    }

    /// <summary>The columns that a row gives.</summary>
    public List<Column> ColumnsOf(int row)
    {
        var given = new List<Column>(_columns);
        foreach (var column in Table.Columns)
        {
            if (this[row][column.Ordinal].Kind != ValueKind.Absent)
                given.Add(column);
        }

        return given;
    }

    public void Dispose()
    {
        var values = Interlocked.Exchange(ref _values, []);
        if (values.Length > 0)
            ArrayPool<DraftValue>.Shared.Return(values);
    }

    private static bool IsAlike(ReadOnlySpan<DraftValue> one, ReadOnlySpan<DraftValue> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if ((one[i].Kind == ValueKind.Absent) != (other[i].Kind == ValueKind.Absent))
                return false;
        }

        return true;
    }

    private void Grow()
    {
        var larger = ArrayPool<DraftValue>.Shared.Rent(Math.Max(_values.Length * 2, _columns));
        _values.CopyTo(larger, 0);
        ArrayPool<DraftValue>.Shared.Return(_values);
        _values = larger;
    }
}
