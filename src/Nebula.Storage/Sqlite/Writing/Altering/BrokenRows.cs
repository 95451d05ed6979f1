using System.Globalization;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Gathers the records that stand in the way of an alteration: how many there are for each reason, and the ids of the first.</summary>
internal sealed class BrokenRows(Connection connection, Table shape)
{
    /// <summary>So many are named.</summary>
    public const int MaxIds = 10;

    private readonly List<FieldError> _details = [];
    private string? _code;

    /// <summary>What stands in the way, or null.</summary>
    public Error? Error => _code is null ? null : Error.Of(_code, _details);

    /// <summary>Looks for records.</summary>
    /// <param name="what">What sets them apart: continues "3 records".</param>
    /// <param name="from">The FROM and the WHERE that find them.</param>
    public void Add(string code, string fieldCode, string place, string what, string from)
    {
        var count = connection.ExecuteInteger($"SELECT count(*) {from}");
        if (count > 0)
            Add(code, fieldCode, place, what, count, shape.KeyColumns.Count == 0 ? [] : Ids(from));
    }

    /// <summary>Notes records that were found otherwise.</summary>
    public void Add(string code, string fieldCode, string place, string what, long count, IReadOnlyList<string> ids)
    {
        _code ??= code;
        var some = ids.Count == 0 ? "" : $": {string.Join(", ", ids)}{(count > ids.Count ? ", …" : "")}";
        _details.Add(new(place, fieldCode, string.Create(CultureInfo.InvariantCulture, $"can't be so, because of {count} {(count == 1 ? "record" : "records")} {what}{some}")));
    }

    /// <summary>The id of the row that a statement stands at, whose first columns are the key's.</summary>
    public string IdOf(Statement row) =>
        shape.KeyColumns.Count == 0 ? "" : RecordId.Of(shape, [.. shape.KeyColumns.Select((_, i) => row.Value(i).ToTyped())]).ToString();

    /// <summary>The columns of the key as SQL, for statements whose rows are named.</summary>
    public string Key => string.Join(", ", shape.KeyColumns.Select(c => Identifier.Quote(c.Name)));

    private List<string> Ids(string from)
    {
        var ids = new List<string>();
        var select = connection.Prepare(string.Create(CultureInfo.InvariantCulture, $"SELECT {Key} {from} ORDER BY {Key} LIMIT {MaxIds}"));
        try
        {
            while (select.Step())
                ids.Add(IdOf(select));
        }
        finally
        {
            select.Reset();
        }

        return ids;
    }
}
