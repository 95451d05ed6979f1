using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>
/// Reads rows together with their related ones: one statement for the rows, one for each expansion however many rows there are, then puts the JSON together.
/// All in the transaction of the caller, so that it is one snapshot.
/// </summary>
internal sealed class ExpandedPage(SqlDialect dialect, Connection reader)
{
    /// <summary>What a row takes beside its JSON: its end, its place, and the values that join it.</summary>
    private const int RowOverhead = 100;

    private int _bytes;

    /// <summary>Reads a statement's rows and what they expand to; null when it is more than fits into memory.</summary>
    public RowLevel? Read(SelectStatement select, IReadOnlyList<SqlParameter> parameters, IReadOnlyList<Expansion> expansions, int limit, PageEnd end)
    {
        var level = new RowLevel();
        try
        {
            if (ReadRows(level, select, parameters, limit, end) && Enumerable.Range(0, expansions.Count).All(i => Relate(level, expansions[i], i)))
                return level;
        }
        catch
        {
            level.Dispose();
            throw;
        }

        level.Dispose();
        return null;
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

    private bool ReadRows(RowLevel level, SelectStatement select, IReadOnlyList<SqlParameter> parameters, int limit, PageEnd end)
    {
        var json = RowJson.Of(select.Fields);
        var statement = reader.Prepare(select.Sql);
        try
        {
            for (var i = 0; i < parameters.Count; i++)
                DraftBinding.Bind(statement, i + 1, parameters[i].Value);
            while (statement.Step())
            {
                if (level.Count == limit)
                {
                    end.HasMore = true;
                    return true;
                }

                var before = level.Json.Length;
                json.WriteOpen(level.Json, statement);
                level.End([.. select.LinkPositions.Select(p => statement.Value(p).ToTyped())]);
                end.Note(statement, select.KeyPositions);
                if (end.Keys is [{ Kind: ValueKind.Integer } parent])
                    level.Parents.Add((int)parent.Integer);
                _bytes += level.Json.Length - before + RowOverhead;
                if (_bytes > PageBound.MaxBytes)
                    return false;
            }

            return true;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Reads the related rows of all rows at once: the values that join them go in as one array, and each row comes back with the place of its value.</summary>
    private bool Relate(RowLevel level, Expansion expansion, int position)
    {
        var places = new Dictionary<TypedValue, int>();
        using var array = new Utf8Buffer();
        array.Write((byte)'[');
        foreach (var links in level.Links)
        {
            var key = links[position];
            if (key.Kind is ValueKind.Null or ValueKind.Blob || !places.TryAdd(key, places.Count))
                continue;
            if (array.Length > 1)
                array.Write((byte)',');
            WriteKey(array, key);
        }

        array.Write((byte)']');
        var select = ListSql.Related(dialect, expansion);
        SqlParameter[] parameters = [.. select.Parameters];
        parameters[0] = parameters[0] with { Value = TypedValue.Text(array.Memory) };
        if (Read(select, parameters, expansion.Expansions, int.MaxValue, new PageEnd()) is not { } rows)
            return false;

        var byPlace = new List<int>[places.Count];
        for (var i = 0; i < rows.Count; i++)
            (byPlace[rows.Parents[i]] ??= []).Add(i);
        level.Related.Add(new RelatedLevel(rows, places, byPlace));
        return true;
    }

    private bool WriteRow(Utf8Buffer json, RowLevel level, int index, IReadOnlyList<Expansion> expansions)
    {
        if (json.Length > PageBound.MaxBytes)
            return false;
        if (reader.IsOverdue)
            throw reader.Fault(ResultCodes.Interrupt);
        json.Write(level.Row(index));
        for (var e = 0; e < expansions.Count; e++)
        {
            var (relation, related) = (expansions[e].Relation, level.Related[e]);
            json.Write(e == 0 ? ",\"expand\":{"u8 : ","u8);
            JsonValues.WriteText(json, System.Text.Encoding.UTF8.GetBytes(relation.Name));
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

    private static void WriteKey(Utf8Buffer json, TypedValue key)
    {
        if (key.Kind == ValueKind.Integer)
            JsonValues.WriteInteger(json, key.Integer);
        else if (key.Kind == ValueKind.Real)
            JsonValues.WriteReal(json, key.Real);
        else
            JsonValues.WriteText(json, key.Bytes.Span);
    }
}
