using System.Diagnostics.CodeAnalysis;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>Rows as JSON objects, one on each line. Empty lines are passed over.</summary>
internal sealed class NdjsonRowReader(Table table, ImportRequest request, BodyBuffer body) : RowReader(table, request, body)
{
    private RecordDraft? _draft;
    private int _length;
    private int _looked;
    private int _taken;
    private long _line;
    private bool _isTooLong;

    public override long Line => _line;

    public override ReadStep Read()
    {
        if (_isTooLong)
            return ReadStep.TooLong; // behind it there is none
        Body.Take(_taken);
        _taken = 0;
        while (true)
        {
            var unread = Body.Unread;
            var end = unread[_looked..].IndexOf((byte)'\n');
            if (end < 0 && !Body.IsEnded)
            {
                _looked = unread.Length;
                return unread.Length > MaxRowBytes ? TooLong() : ReadStep.NeedsMore;
            }

            if (end < 0 && unread.IsEmpty)
                return ReadStep.End;
            _length = end < 0 ? unread.Length : _looked + end;
            _taken = end < 0 ? _length : _length + 1;
            _looked = 0;
            if (_taken > MaxRowBytes)
                return TooLong();
            _line++;
            if (!unread[.._length].Trim(" \t\r"u8).IsEmpty)
                return ReadStep.Row;
            Body.Take(_taken);
            _taken = 0;
        }
    }

    public override void Dispose() => _draft?.Dispose();

    protected override bool TryParseRow([NotNullWhen(true)] out RecordDraft? draft, [NotNullWhen(false)] out Error? error)
    {
        Dispose();
        var parsed = RecordDraft.ParseRow(Table, Body.Unread[.._length], Ids).TryGet(out draft, out error);
        _draft = draft;
        return parsed;
    }

    private ReadStep TooLong()
    {
        _line++;
        _isTooLong = true;
        return ReadStep.TooLong;
    }
}
