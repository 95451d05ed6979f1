using System.Globalization;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Altering;

/// <summary>Gathers the records that stand in the way of an alteration: how many there are for each reason, and the ids of the first.</summary>
/// <param name="shape">The table's columns as they are by now.</param>
internal sealed class ObstacleReport(Table shape)
{
    /// <summary>So many are named.</summary>
    public const int MaxIds = 10;

    private readonly List<FieldError> _details = [];
    private string? _code;

    /// <summary>What stands in the way, or null.</summary>
    public Error? Error => _code is null ? null : Error.Of(_code, _details);

    /// <summary>The columns of the key as SQL, for statements whose rows are named.</summary>
    public string Key => string.Join(", ", shape.KeyColumns.Select(c => Identifier.Quote(c.Name)));

    /// <summary>The SELECT of how many records there are.</summary>
    public static string Count(Obstacle obstacle) => $"SELECT count(*) {obstacle.From}";

    /// <summary>The SELECT of the keys of the first records; null where they have none.</summary>
    public string? First(Obstacle obstacle) =>
        shape.KeyColumns.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"SELECT {Key} {obstacle.From} ORDER BY {Key} LIMIT {MaxIds}");

    /// <summary>The id of the current row of a statement whose first columns are the key's.</summary>
    public string IdOf<TRow, TValue>(TRow row)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        if (shape.KeyColumns.Count == 0)
            return "";
        var parts = new TypedValue[shape.KeyColumns.Count];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = row.Value(i).ToTyped();
        return RecordId.Of(shape, parts).ToString();
    }

    /// <summary>Notes what was found of an obstacle.</summary>
    /// <param name="ids">Of the first records.</param>
    public void Add(Obstacle obstacle, long count, IReadOnlyList<string> ids) => Add(obstacle.Code, obstacle.FieldCode, obstacle.Place, obstacle.What, count, ids);

    /// <summary>Notes records that were found otherwise.</summary>
    public void Add(string code, string fieldCode, string place, string what, long count, IReadOnlyList<string> ids)
    {
        _code ??= code;
        var some = ids.Count == 0 ? "" : $": {string.Join(", ", ids)}{(count > ids.Count ? ", …" : "")}";
        _details.Add(new(place, fieldCode, string.Create(CultureInfo.InvariantCulture, $"can't be so, because of {count} {(count == 1 ? "record" : "records")} {what}{some}")));
    }
}
