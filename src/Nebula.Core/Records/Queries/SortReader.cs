using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Reads <c>sort</c>: columns with a <c>-</c> before them for descending, <c>:nullsfirst</c> or <c>:nullslast</c> behind them.</summary>
internal static class SortReader
{
    /// <summary>More columns than this sort nothing that fewer don't.</summary>
    private const int MaxKeys = 16;

    /// <summary>The columns asked for, without the primary key behind them.</summary>
    public static List<SortKey> Read(Table table, SchemaView schema, string value, string parameter, List<FieldError> faults)
    {
        var keys = new List<SortKey>();
        var names = NameList.Split(value, ',');
        if (names.Count > MaxKeys)
        {
            faults.Add(new(parameter, FieldCodes.OutOfRange, $"may name at most {MaxKeys} columns"));
            return keys;
        }

        foreach (var name in names)
        {
            if (ReadKey(table, schema, name, parameter, faults) is not { } key)
                continue;
            if (keys.Exists(k => k.Column == key.Column && k.Path.SequenceEqual(key.Path)))
                faults.Add(new(parameter, FieldCodes.Duplicate, $"names '{Excerpt.Of(name)}' twice"));
            keys.Add(key);
        }

        return keys;
    }

    /// <summary>
    /// Puts the primary key behind the columns asked for, in the direction of the last of them, so that turning a list round turns all of it round. Without a
    /// primary key nothing is added. Behind a key that is null in several records comes what tells those apart.
    /// </summary>
    public static IReadOnlyList<SortKey> Complete(Table table, IReadOnlyList<SortKey> asked, bool isDescending)
    {
        var direction = asked.Count > 0 ? asked[^1].IsDescending : isDescending;
        if (asked.Count == 0 && table.KeyColumns.Count == 0)
            return [new SortKey([], table.Columns[0], isDescending, NullsFirst: !isDescending)];
        var keys = new List<SortKey>(asked.Count + table.KeyColumns.Count + 1);
        keys.AddRange(asked);
        foreach (var column in table.KeyColumns)
            Add(column);
        if (table.HiddenKey is { } hidden)
            Add(hidden);
        return keys;

        void Add(Column column)
        {
            if (asked.Count == 0 || !asked.Any(k => k.Path.Count == 0 && k.Column == column))
                keys.Add(new SortKey([], column, direction, NullsFirst: !direction));
        }
    }

    /// <summary>The same columns the other way round.</summary>
    public static SortKey Reverse(SortKey key) => key with { IsDescending = !key.IsDescending, NullsFirst = !key.NullsFirst };

    private static SortKey? ReadKey(Table table, SchemaView schema, string text, string parameter, List<FieldError> faults)
    {
        var isDescending = text.StartsWith('-') && table.Find(text) is null;
        var rest = isDescending ? text[1..] : text;
        bool? nullsFirst = null;
        var colon = rest.LastIndexOf(':');
        if (colon >= 0 && table.Find(rest) is null && !rest.EndsWith('"'))
        {
            nullsFirst = rest[(colon + 1)..] switch { "nullsfirst" => true, "nullslast" => false, _ => null };
            if (nullsFirst is null)
            {
                faults.Add(new(parameter, FieldCodes.Invalid, $"has '{Excerpt.Of(rest[colon..])}' where only ':nullsfirst' and ':nullslast' may stand"));
                return null;
            }

            rest = rest[..colon];
        }

        if (ColumnPath.Find(table, schema, rest, out var fault) is not { } field)
        {
            faults.Add(new(parameter, FieldCodes.UnknownColumn, fault));
            return null;
        }

        if (field.Column.Type == ColumnType.Json)
        {
            faults.Add(new(parameter, FieldCodes.WrongType, $"names '{Excerpt.Of(rest)}': JSON has no order"));
            return null;
        }

        return new SortKey(field.Path, field.Column, isDescending, nullsFirst ?? !isDescending);
    }
}
