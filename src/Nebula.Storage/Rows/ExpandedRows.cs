using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Rows;

/// <summary>Gathers rows together with their related ones, as far as they fit into memory, and puts their JSON together. Used by one thread at a time.</summary>
/// <param name="check">Ends the work with an exception when it is overdue; asked now and then.</param>
internal sealed class ExpandedRows(Action check)
{
    /// <summary>What a row takes beside its JSON: its end, its place, and the values that join it.</summary>
    private const int RowOverhead = 100;

    /// <summary>Rows that are put together between one check and the next: a power of two.</summary>
    private const int RowsBetweenChecks = 64;

    private int _bytes;
    private int _written;

    /// <summary>Adds the current row of a statement; false when it is more than fits into memory.</summary>
    /// <param name="json">Writes the fields of the statement.</param>
    public bool Add<TRow, TValue>(RowLevel level, RowJson json, SelectStatement select, TRow row, PageEnd end)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        var before = level.Json.Length;
        json.WriteOpen<TRow, TValue>(level.Json, row);
        var links = new TypedValue[select.LinkPositions.Length];
        for (var i = 0; i < links.Length; i++)
            links[i] = row.Value(select.LinkPositions[i]).ToTyped();
        level.End(links);
        end.Note<TRow, TValue>(row, select.KeyPositions);
        if (end.Keys is [{ Kind: ValueKind.Integer } parent])
            level.Parents.Add((int)parent.Integer);
        _bytes += level.Json.Length - before + RowOverhead;
        return _bytes <= PageBound.MaxBytes;
    }

    /// <summary>
    /// Writes the rows as JSON objects with commas between them; false when that is more than fits into memory. A record that many others refer to is written with each of them, so this can be far more
    /// than was read.
    /// </summary>
    public bool Write(Utf8Buffer json, RowLevel level, IReadOnlyList<Expansion> expansions)
    {
        for (var i = 0; i < level.Count; i++)
        {
            if (i > 0)
                json.Write((byte)',');
            if (!WriteRow(json, level, i, expansions))
                return false;
        }

        return true;
    }

    private bool WriteRow(Utf8Buffer json, RowLevel level, int index, IReadOnlyList<Expansion> expansions)
    {
        if (json.Length > PageBound.MaxBytes)
            return false;
        if ((_written++ & (RowsBetweenChecks - 1)) == 0)
            check();
        json.Write(level.Row(index));
        for (var e = 0; e < expansions.Count; e++)
        {
            var (relation, related) = (expansions[e].Relation, level.Related[e]);
            json.Write(e == 0 ? ",\"expand\":{"u8 : ","u8);
            JsonValues.WriteText(json, Encoding.UTF8.GetBytes(relation.Name));
            json.Write((byte)':');
            var found = related.Of(level.Links[index][e]);
            if (relation.IsToMany ? !WriteMany(json, related.Rows, found, expansions[e].Expansions) : !WriteOne(json, related.Rows, found, expansions[e].Expansions))
                return false;
        }

        json.Write(expansions.Count > 0 ? "}}"u8 : "}"u8);
        return true;
    }

    private bool WriteOne(Utf8Buffer json, RowLevel rows, IReadOnlyList<int> found, IReadOnlyList<Expansion> expansions)
    {
        if (found is [var one, ..])
            return WriteRow(json, rows, one, expansions);
        JsonValues.WriteNull(json);
        return true;
    }

    private bool WriteMany(Utf8Buffer json, RowLevel rows, IReadOnlyList<int> found, IReadOnlyList<Expansion> expansions)
    {
        json.Write((byte)'[');
        for (var i = 0; i < found.Count; i++)
        {
            if (i > 0)
                json.Write((byte)',');
            if (!WriteRow(json, rows, found[i], expansions))
                return false;
        }

        json.Write((byte)']');
        return true;
    }
}
