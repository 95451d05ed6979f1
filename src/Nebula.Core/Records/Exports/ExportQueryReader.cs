using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Exports;

/// <summary>Reads the parameters of an export: a few words, and any column of the table as an equality.</summary>
internal sealed class ExportQueryReader
{
    private static readonly string[] _old = ["fields"];
    private static readonly string[] _new = ["format", "filter"];

    private readonly Table _table;
    private readonly SchemaView _schema;
    private readonly List<FieldError> _faults = [];
    private readonly ConditionReader _conditions;
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private ExportFormat _format;
    private IReadOnlyList<SelectedField>? _fields;

    public ExportQueryReader(OpenTable table, DateTimeOffset now)
    {
        (_table, _schema) = (table.Table, table.Schema);
        _conditions = new ConditionReader(_table, _schema, now, _faults);
    }

    public Result<ExportQuery> Read(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            var word = QueryWords.Find(_table, name, _old, _new);
            if (!_seen.Add(word is null ? name : $"${word}"))
                Add(name, FieldCodes.Duplicate, "is given twice");
            else if (word is null)
                _conditions.ReadEquality(name, value);
            else
                ReadWord(word, name, value);
        }

        if (JoinBound.Fault((_fields ?? []).Select(f => f.Path), "fields") is { } tooMany)
            _faults.Add(tooMany);
        if (_faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, _faults);
        return _conditions.FilterError is { } error ? error : Build();
    }

    private ExportQuery Build()
    {
        var fields = _fields ?? [.. _table.Columns.Select(c => new SelectedField(c.Name, [], c))];
        var filter = _conditions.Condition;
        var followed = fields.SelectMany(f => f.Path.Select(r => r.Target)).Concat(filter is null ? [] : QueriedTables.Of(filter));
        return new ExportQuery { Format = _format, Fields = fields, Filter = filter, OtherTables = [.. followed.Distinct().Except([_table])] };
    }

    private void ReadWord(string word, string name, string value)
    {
        if (word == "fields")
            _fields = FieldReader.Read(_table, _schema, value, name, _faults);
        else if (word == "filter")
            _conditions.ReadFilter(value);
        else if (value is "csv" or "ndjson")
            _format = value == "csv" ? ExportFormat.Csv : ExportFormat.Ndjson;
        else
            Add(name, FieldCodes.NotAllowed, "must be 'ndjson' or 'csv'");
    }

    private void Add(string name, string code, string message) => _faults.Add(new(Excerpt.Of(name), code, message));
}
