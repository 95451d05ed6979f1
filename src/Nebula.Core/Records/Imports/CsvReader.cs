namespace Nebula.Core.Records.Imports;

/// <summary>
/// Takes a CSV apart as RFC 4180 has it, with lines that end in a line feed alone too. Goes on where it stopped when more of the body has come, so that no cell is looked at twice
/// however it arrives. Not thread-safe.
/// </summary>
/// <param name="maxBytes">How long a row may be, with its line end.</param>
/// <param name="maxCells">Of how many cells a row is kept: those behind them are counted only.</param>
internal sealed class CsvReader(BodyBuffer body, int maxBytes, int maxCells)
{
    private enum Place
    {
        CellBegins,
        InCell,
        InQuotes,
        BehindQuote,
    }

    private readonly List<Cell> _cells = [];
    private Place _place;
    private int _at;
    private int _cellStart;
    private bool _hasDoubledQuotes;
    private int _lineFeeds; // inside of cells
    private int _read;
    private bool _hasBegun;
    private bool _isTooLong;

    /// <summary>Where the current row begins, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>What is wrong with the form of the current row, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>How many cells the current row has.</summary>
    public int Count { get; private set; }

    /// <summary>Of how many of them the text is there.</summary>
    public int Kept => _cells.Count;

    /// <summary>Whether the current row is an empty line.</summary>
    public bool IsEmpty => Count == 1 && _cells is [{ IsQuoted: false, Length: 0 }];

    /// <summary>A cell's text, without its quotes. Valid until the next row.</summary>
    public ReadOnlySpan<byte> Text(int cell) => body.Unread.Slice(_cells[cell].Start, _cells[cell].Length);

    /// <summary>Whether a cell stands in quotes: without them and empty it is a null.</summary>
    public bool IsQuoted(int cell) => _cells[cell].IsQuoted;

    /// <summary>Goes to the next row. Behind one that is too long there is none.</summary>
    public ReadStep Read()
    {
        if (_isTooLong)
            return ReadStep.TooLong;
        if (_read > 0)
            EndRow();
        var text = body.Unread;
        if (!_hasBegun)
        {
            if (text.Length < 3 && !body.IsEnded)
                return ReadStep.NeedsMore;
            _hasBegun = true;
            if (text.StartsWith("\uFEFF"u8))
            {
                body.Take(3);
                text = body.Unread;
            }
        }

        var step = ReadRow(text) ? ReadStep.Row : !body.IsEnded ? ReadStep.NeedsMore : text.IsEmpty ? ReadStep.End : EndBody(text);

        // By its own length, not by what happened to be received: the same body is refused however it comes.
        _isTooLong = (step == ReadStep.Row ? _read : text.Length) > maxBytes;
        return _isTooLong ? ReadStep.TooLong : step;
    }

    /// <summary>False when the row goes on behind what was received.</summary>
    private bool ReadRow(Span<byte> text)
    {
        while (_at < text.Length)
        {
            switch (_place)
            {
                case Place.CellBegins:
                    (_place, _cellStart) = text[_at] == '"' ? (Place.InQuotes, ++_at) : (Place.InCell, _at);
                    break;
                case Place.InCell:
                    var special = text[_at..].IndexOfAny((byte)',', (byte)'\n', (byte)'"');
                    _at = special < 0 ? text.Length : _at + special;
                    if (special < 0)
                        return false;
                    if (text[_at] == '"')
                        Note("has a quote in the midst of a cell");
                    else if (EndCell(text, _at, isQuoted: false))
                        return true;
                    _at++;
                    break;
                case Place.InQuotes:
                    var quote = text[_at..].IndexOf((byte)'"');
                    _at = quote < 0 ? text.Length : _at + quote + 1;
                    if (quote >= 0)
                        _place = Place.BehindQuote;
                    break;
                default:
                    if (text[_at] == '"')
                    {
                        (_place, _hasDoubledQuotes) = (Place.InQuotes, true);
                    }
                    else if (text[_at] is (byte)',' or (byte)'\n')
                    {
                        if (EndCell(text, _at - 1, isQuoted: true))
                            return true;
                    }
                    else if (text[_at] == '\r')
                    {
                        if (_at + 1 == text.Length)
                            return false;
                        if (text[_at + 1] == '\n')
                        {
                            EndQuoted(text, _at - 1);
                            _read = _at + 2;
                            return true;
                        }

                        Misplace(text);
                    }
                    else
                    {
                        Misplace(text);
                    }

                    _at++;
                    break;
            }
        }

        return false;
    }

    /// <summary>The body ended in the midst of a row, which that ends too.</summary>
    private ReadStep EndBody(Span<byte> text)
    {
        if (_place == Place.InQuotes)
            Note("begins a cell with a quote that is never closed");
        if (_place == Place.BehindQuote)
            EndQuoted(text, _at - 1);
        else
            Add(_place == Place.CellBegins ? new Cell(text.Length, 0, IsQuoted: false) : new Cell(_cellStart, text.Length - _cellStart, IsQuoted: false));

        _read = text.Length;
        return ReadStep.Row;
    }

    /// <summary>Ends a cell at a comma or a line feed; true when that ends the row.</summary>
    private bool EndCell(Span<byte> text, int end, bool isQuoted)
    {
        var endsRow = text[_at] == '\n';
        if (isQuoted)
        {
            EndQuoted(text, end);
        }
        else
        {
            if (endsRow && end > _cellStart && text[end - 1] == '\r')
                end--;
            Add(new Cell(_cellStart, end - _cellStart, IsQuoted: false));
        }

        _place = Place.CellBegins;
        if (endsRow)
            _read = _at + 1;
        return endsRow;
    }

    private void EndQuoted(Span<byte> text, int end)
    {
        var cell = text[_cellStart..end];
        _lineFeeds += cell.Count((byte)'\n');
        Add(new Cell(_cellStart, _hasDoubledQuotes ? Undouble(cell) : cell.Length, IsQuoted: true));
        _hasDoubledQuotes = false;
    }

    /// <summary>Writes each pair of quotes as one, in place; gives the new length.</summary>
    private static int Undouble(Span<byte> cell)
    {
        var length = 0;
        for (var i = 0; i < cell.Length; i++)
        {
            cell[length++] = cell[i];
            if (cell[i] == '"')
                i++;
        }

        return length;
    }

    private void Misplace(Span<byte> text)
    {
        Note("has text between a closing quote and the next comma");
        _lineFeeds += text[_cellStart.._at].Count((byte)'\n');
        (_place, _hasDoubledQuotes) = (Place.InCell, false);
    }

    private void Add(Cell cell)
    {
        Count++;
        if (_cells.Count < maxCells)
            _cells.Add(cell);
    }

    private void Note(string fault) => Fault ??= fault;

    private void EndRow()
    {
        Line += _lineFeeds + 1;
        body.Take(_read);
        (_place, _at, _read, _lineFeeds, Count, Fault) = (Place.CellBegins, 0, 0, 0, 0, null);
        _cells.Clear();
    }

    private readonly record struct Cell(int Start, int Length, bool IsQuoted);
}
