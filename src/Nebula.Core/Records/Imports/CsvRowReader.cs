using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>Rows of a CSV. Its header names the columns, each at most once, and has all that a record can't do without.</summary>
internal sealed class CsvRowReader(Table table, ImportRequest request, BodyBuffer body) : RowReader(table, request, body)
{
    // No good row has more cells than the table has columns: of 16 MiB of commas no memory is to be made.
    private readonly CsvReader _csv = new(body, MaxRowBytes, table.Columns.Count);
    private readonly RecordDraft _draft = new(table, 4096);

    // The column of each cell; null for one whose values are ignored.
    private Column?[] _columns = [];

    public override long Line => _csv.Line;

    public override async ValueTask<Error?> BeginAsync(CancellationToken ct)
    {
        ReadStep step;
        while ((step = _csv.Read()) == ReadStep.NeedsMore)
            await Body.ReceiveAsync(ct);
        if (step != ReadStep.Row || _csv.IsEmpty)
            return new Error(ErrorCodes.InvalidBody, step == ReadStep.TooLong ? "The header is too long." : "The body is empty: a CSV begins with a header that names the columns.");
        return _csv.Fault is { } fault ? new Error(ErrorCodes.InvalidBody, $"The header {fault}.") : ReadHeader();
    }

    public override ReadStep Read()
    {
        // Of one column, an empty line is a null; of more, it is nothing.
        ReadStep step;
        while ((step = _csv.Read()) == ReadStep.Row && _columns.Length > 1 && _csv.IsEmpty)
        {
        }

        return step;
    }

    public override void Dispose() => _draft.Dispose();

    protected override bool TryParseRow([NotNullWhen(true)] out RecordDraft? draft, [NotNullWhen(false)] out Error? error)
    {
        draft = _draft;
        error = null;
        _draft.Clear();
        if (_csv.Fault is { } fault)
        {
            error = new Error(ErrorCodes.InvalidRecord, $"The row {fault}.");
        }
        else if (_csv.Count != _columns.Length)
        {
            error = new Error(ErrorCodes.InvalidRecord, string.Create(CultureInfo.InvariantCulture, $"The row has {_csv.Count} cells, the header {_columns.Length}."));
        }
        else
        {
            List<FieldError>? faults = null;
            for (var i = 0; i < _columns.Length; i++)
            {
                if (_columns[i] is { } column && CellReader.Read(_draft, column, _csv.Text(i), _csv.IsQuoted(i)) is { } wrong && (faults ??= []).Count < Error.MaxDetails)
                    faults.Add(wrong);
            }

            error = faults is null ? null : Error.Of(ErrorCodes.InvalidRecord, faults);
        }

        return error is null;
    }

    private Error? ReadHeader()
    {
        var faults = new List<FieldError>();
        var named = new HashSet<Column>();
        _columns = new Column?[_csv.Kept];
        for (var i = 0; i < _columns.Length; i++)
        {
            var name = Encoding.UTF8.GetString(_csv.Text(i));
            if (Table.Find(name) is not { } column)
                Add(Excerpt.Of(name), FieldCodes.UnknownColumn, $"is no column of '{Table.Name}'");
            else if (!named.Add(column))
                Add(column.Name, FieldCodes.Duplicate, "is named twice");
            else if (column.IsWritable || Ids == GivenIds.Kept)
                _columns[i] = column;
        }

        foreach (var column in Table.Columns.Where(c => c is { IsWritable: true, IsNullable: false, DefaultSql: null } && !named.Contains(c)))
            Add(column.Name, FieldCodes.Required, "is required, but the header does not name it");
        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidBody, faults);
        if (_csv.Count > _columns.Length)
            return new Error(ErrorCodes.InvalidBody, string.Create(CultureInfo.InvariantCulture, $"The header has {_csv.Count} cells, the table {Table.Columns.Count} columns."));
        return Array.TrueForAll(_columns, c => c is null) ? new Error(ErrorCodes.InvalidBody, "The header names no column that can be written.") : null;

        void Add(string field, string code, string message)
        {
            if (faults.Count < Error.MaxDetails)
                faults.Add(new(field, code, message));
        }
    }
}
