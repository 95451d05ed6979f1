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
internal sealed class ExpandedPage(Connection reader, int maxBytes)
{
    private int _bytes;

    /// <summary>Reads a statement's rows and what they expand to; null when it is more than fits into memory.</summary>
    public RowLevel? Read(SelectStatement select, IReadOnlyList<TypedValue> parameters, IReadOnlyList<Expansion> expansions, int limit, PageEnd end)
    {
        var level = ReadRows(select, parameters, limit, end);
        if (level is null)
            return null;
        for (var i = 0; i < expansions.Count; i++)
        {
            if (Relate(level, expansions[i], i))
                continue;
            level.Dispose();
            return null;
        }

        return level;
    }

    /// <summary>Writes the rows as JSON objects with commas between them; false when that is more than fits into memory.</summary>
    public bool Write(Utf8Buffer json, RowLevel level, IReadOnlyList<Expansion> expansions)
    {
        for (var i = 0; i < level.Count; i++)
        {
            if (i > 0)
                json.Write((byte)',');
            WriteRow(json, level, i, expansions);
            if (json.Length > maxBytes)
                return false;
        }

        return true;
    }

    private RowLevel? ReadRows(SelectStatement select, IReadOnlyList<TypedValue> parameters, int limit, PageEnd end)
    {
        var level = new RowLevel();
        var json = RowJson.Of(select.Fields);
        var statement = reader.Prepare(select.Sql);
        try
        {
            for (var i = 0; i < parameters.Count; i++)
                DraftBinding.Bind(statement, i + 1, parameters[i]);
            while (statement.Step())
            {
                if (level.Count == limit)
                {
                    end.HasMore = true;
                    break;
                }

                var before = level.Json.Length;
                json.WriteOpen(level.Json, statement);
                level.End();
                level.Links.Add([.. select.LinkPositions.Select(p => statement.Value(p).ToTyped())]);
                end.Note(statement, select.KeyPositions);
                if (end.Keys.Length == 1)
                    level.Keys.Add(end.Keys[0]);
                _bytes += level.Json.Length - before;
                if (_bytes > maxBytes)
                {
                    level.Dispose();
                    return null;
                }
            }

            return level;
        }
        catch
        {
            level.Dispose();
            throw;
        }
        finally
        {
            statement.Reset();
        }
    }

    private bool Relate(RowLevel level, Expansion expansion, int position)
    {
        var keys = level.Links.Select(l => l[position]).Where(v => v.Kind is not (ValueKind.Null or ValueKind.Blob)).Distinct();
        using var array = new Utf8Buffer();
        array.Write((byte)'[');
        foreach (var key in keys)
        {
            if (array.Length > 1)
                array.Write((byte)',');
            WriteKey(array, key);
        }

        array.Write((byte)']');
        var select = ListSql.Related(expansion);
        TypedValue[] parameters = [.. select.Parameters];
        parameters[0] = TypedValue.Text(array.Memory);
        var rows = Read(select, parameters, expansion.Expansions, int.MaxValue, new PageEnd());
        if (rows is null)
            return false;

        var byKey = new Dictionary<TypedValue, List<int>>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (!byKey.TryGetValue(rows.Keys[i], out var indexes))
                byKey.Add(rows.Keys[i], indexes = []);
            indexes.Add(i);
        }

        level.Related.Add((rows, byKey));
        return true;
    }

    private static void WriteRow(Utf8Buffer json, RowLevel level, int index, IReadOnlyList<Expansion> expansions)
    {
        json.Write(level.Row(index));
        for (var e = 0; e < expansions.Count; e++)
        {
            var (relation, (rows, byKey)) = (expansions[e].Relation, level.Related[e]);
            json.Write(e == 0 ? ",\"expand\":{"u8 : ","u8);
            JsonValues.WriteText(json, System.Text.Encoding.UTF8.GetBytes(relation.Name));
            json.Write((byte)':');
            var found = byKey.GetValueOrDefault(level.Links[index][e], []);
            if (relation.IsToMany)
                WriteMany(json, rows, found, expansions[e].Expansions);
            else if (found is [var one, ..])
                WriteRow(json, rows, one, expansions[e].Expansions);
            else
                JsonValues.WriteNull(json);
        }

        json.Write(expansions.Count > 0 ? "}}"u8 : "}"u8);
    }

    private static void WriteMany(Utf8Buffer json, RowLevel rows, List<int> found, IReadOnlyList<Expansion> expansions)
    {
        json.Write((byte)'[');
        for (var i = 0; i < found.Count; i++)
        {
            if (i > 0)
                json.Write((byte)',');
            WriteRow(json, rows, found[i], expansions);
        }

        json.Write((byte)']');
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
