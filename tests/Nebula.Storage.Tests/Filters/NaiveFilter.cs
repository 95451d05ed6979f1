using System.Numerics;
using System.Text;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Filters;

/// <summary>
/// What a condition means, written down as plainly as can be: row by row, in memory. A value is null, <c>long</c> (INTEGER, BOOLEAN, scaled DECIMAL), <c>double</c>,
/// <c>string</c> or <c>byte[]</c>.
/// </summary>
internal sealed class NaiveFilter(IReadOnlyDictionary<TableId, IReadOnlyList<object?[]>> rows)
{
    /// <summary>True, false, or null for unknown.</summary>
    public bool? Holds(Condition condition, object?[] row) => condition switch
    {
        Condition.All all => all.Parts.Select(part => Holds(part, row)).Aggregate((bool?)true, And),
        Condition.Any any => Not(any.Parts.Select(part => Not(Holds(part, row))).Aggregate((bool?)true, And)),
        Condition.Not not => Not(Holds(not.Inner, row)),
        Condition.Compare test => Test([test.Left, test.Right], row, of => Compare(of, test.Left, test.Comparison, test.Right)),
        Condition.IsNull test => Test([test.Operand], row, of => of(test.Operand) is null != test.IsNegated),
        Condition.In test => Test([test.Operand, .. test.Values], row, of => Not(
            test.Values.Select(value => Not(Compare(of, test.Operand, Comparison.Equal, value))).Aggregate((bool?)true, And), !test.IsNegated)),
        Condition.Between test => Test([test.Operand, test.Low, test.High], row, of => Not(
            And(Compare(of, test.Operand, Comparison.GreaterOrEqual, test.Low), Compare(of, test.Operand, Comparison.LessOrEqual, test.High)), test.IsNegated)),
        Condition.Match test => Test([test.Text, test.Pattern], row, of => Not(NaiveMatch.Matches((string?)of(test.Text), test.Kind, (string?)of(test.Pattern)), test.IsNegated)),
        Condition.IsTrue test => Test([test.Boolean], row, of => of(test.Boolean) is long value ? value == 1 : null),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static bool? And(bool? a, bool? b) => a == false || b == false ? false : a is null || b is null ? null : true;

    private static bool? Not(bool? a, bool isNegated = true) => isNegated ? !a : a;

    /// <summary>A test: by itself, or of any choice of related rows where its operands lead to many.</summary>
    private bool? Test(IReadOnlyList<Operand> operands, object?[] row, Func<Func<Operand, object?>, bool?> test)
    {
        var paths = operands.SelectMany(FieldsOf)
            .SelectMany(f => Enumerable.Range(1, f.Path.Count).Where(n => f.Path[n - 1].IsToMany).Select(n => f.Path.Take(n).ToList()))
            .DistinctBy(Key).OrderBy(p => p.Count).ToList();
        var chosen = new Dictionary<string, object?[]?> { [""] = row };
        return paths.Count == 0 ? test(operand => ValueOf(operand, chosen)) : Any(0);

        bool Any(int at)
        {
            if (at == paths.Count)
                return test(operand => ValueOf(operand, chosen)) == true;
            var path = paths[at];
            var key = ValueAt(path[..^1], path[^1].SourceColumn, chosen);
            foreach (var related in rows[path[^1].Target.Id])
            {
                chosen[Key(path)] = related;
                if (key is not null && Equals(related[path[^1].TargetColumn.Ordinal], key) && Any(at + 1))
                    return true;
            }

            return false;
        }
    }

    private static IEnumerable<Operand.Field> FieldsOf(Operand operand) => operand switch
    {
        Operand.Field field => [field],
        Operand.JsonField json => [json.Column],
        Operand.Call call => call.Arguments.SelectMany(FieldsOf),
        _ => [],
    };

    private static string Key(IReadOnlyList<Relation> path) => string.Join('/', path.Select(r => $"{r.Source.Name}.{r.SourceColumn.Name}>{r.Target.Name}.{r.TargetColumn.Name}"));

    private object? ValueAt(IReadOnlyList<Relation> path, Column column, Dictionary<string, object?[]?> chosen)
    {
        var from = path.Count;
        while (from > 0 && !path[from - 1].IsToMany)
            from--;
        var row = chosen[Key([.. path.Take(from)])];
        foreach (var step in path.Skip(from))
        {
            var key = row?[step.SourceColumn.Ordinal];
            row = key is null ? null : rows[step.Target.Id].SingleOrDefault(r => Equals(r[step.TargetColumn.Ordinal], key));
        }

        return row?[column.Ordinal];
    }

    private object? ValueOf(Operand operand, Dictionary<string, object?[]?> chosen) => operand switch
    {
        Operand.Field field => ValueAt(field.Path, field.Column, chosen),
        Operand.JsonField json => Json((string?)ValueOf(json.Column, chosen), json.Keys, json.Type),
        Operand.Literal literal => literal.Value.Kind switch
        {
            ValueKind.Integer => literal.Value.Integer,
            ValueKind.Real => literal.Value.Real,
            ValueKind.Text => literal.Value.AsText(),
            ValueKind.Blob => literal.Value.Bytes.ToArray(),
            _ => null,
        },
        Operand.Call call => NaiveFunctions.Call(call, [.. call.Arguments.Select(a => ValueOf(a, chosen))]),
        _ => throw new ArgumentOutOfRangeException(nameof(operand)),
    };

    private static object? Json(string? text, IReadOnlyList<string> keys, ColumnType type)
    {
        if (text is null)
            return null;
        using var document = JsonDocument.Parse(text);
        var element = document.RootElement;
        foreach (var key in keys)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element))
                return null;
        }

        return (type, element.ValueKind) switch
        {
            (ColumnType.Text, JsonValueKind.String) => element.GetString(),
            (ColumnType.Real, JsonValueKind.Number) => element.GetDouble(),
            (ColumnType.Boolean, JsonValueKind.True) => 1L,
            (ColumnType.Boolean, JsonValueKind.False) => 0L,
            (ColumnType.Json, not JsonValueKind.Null) => element.GetRawText(),
            _ => null,
        };
    }

    private static bool? Compare(Func<Operand, object?> of, Operand left, Comparison comparison, Operand right)
    {
        if (of(left) is not { } a || of(right) is not { } b)
            return null;
        var order = (a, b) switch
        {
            (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
            (byte[] x, byte[] y) => x.AsSpan().SequenceCompareTo(y),
            (long x, long y) => (x * BigInteger.Pow(10, right.Scale)).CompareTo(y * BigInteger.Pow(10, left.Scale)),
            (double x, double y) => x.CompareTo(y),
            (long x, double y) => Compare(x, left, y),
            (double x, long y) => -Compare(y, right, x),
            _ => throw new InvalidOperationException($"{left} and {right} do not compare."),
        };
        return comparison switch
        {
            Comparison.Equal => order == 0,
            Comparison.NotEqual => order != 0,
            Comparison.Less => order < 0,
            Comparison.LessOrEqual => order <= 0,
            Comparison.Greater => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>An INTEGER compares with a REAL exactly, a DECIMAL as the REAL next to it.</summary>
    private static int Compare(long x, Operand operand, double y)
    {
        if (operand.Type == ColumnType.Decimal)
            return NaiveFunctions.ToReal(x, operand).CompareTo(y);
        var whole = new BigInteger(Math.Floor(y));
        var order = new BigInteger(x).CompareTo(whole);
        return order == 0 && Math.Floor(y) < y ? -1 : order;
    }
}
