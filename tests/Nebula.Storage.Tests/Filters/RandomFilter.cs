using System.Globalization;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Filters;

/// <summary>Filters as somebody might write them, every one of them valid: all operators, functions, types and paths, with literals that often meet the data.</summary>
internal sealed class RandomFilter(MusicData data, Random random)
{
    private static readonly string[] _comparisons = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly ColumnType[] _numbers = [ColumnType.Integer, ColumnType.Real, ColumnType.Decimal];
    private static readonly string[] _jsonKeys = ["a", "A", "a.\"b c\"", "a.\"q\"\"k\"", "a.\"back\\slash\"", "a.\"é\"", "a.\"\u2028\"", "\"a.b\"", "\"[0]\"", "\"$\"", "nope.a"];

    private readonly SchemaView _schema = new(data.Schema, null);

    /// <summary>A value in a filter, with the type that it gives to others; none for a literal and for what stands in a JSON column.</summary>
    private readonly record struct Value(string Text, ColumnType? Type, int Scale = 0);

    public string Next(Table table, int depth = 3)
    {
        if (depth == 0 || random.Next(3) == 0)
            return Test(table);
        return random.Next(4) switch
        {
            0 => $"{Pick("not ", "!", "! ", "NOT ")}{(random.Next(2) == 0 ? Test(table) : $"({Next(table, depth - 1)})")}",
            1 => string.Join(Pick(" and ", "&&", " AND "), Parts(table, depth)),
            2 => string.Join(Pick(" or ", "||", " Or "), Parts(table, depth)),
            _ => $"({Next(table, depth - 1)})",
        };
    }

    private IEnumerable<string> Parts(Table table, int depth) =>
        Enumerable.Range(0, random.Next(2, 4)).Select(_ => $"({Next(table, depth - 1)})");

    private string Test(Table table)
    {
        switch (random.Next(12))
        {
            case 0:
                return Field(table, _ => true) is var any && random.Next(2) == 0 ? $"{any.Text} {Pick("is null", "is not null", "= null", "!= null")}" : $"{Json(table)} {Pick("is null", "is not null")}";
            case 1:
                return random.Next(3) == 0 ? Json(table) : Field(table, c => c.Type == ColumnType.Boolean).Text;
            case 2 or 3:
                return Match(table);
            case 4:
                return $"{Field(table, c => c.Type == ColumnType.Blob, data.Albums).Text} {Pick("=", "!=")} {Literal(ColumnType.Blob, 0)}";
            case 5:
                return JsonTest(table);
            default:
                var (left, others) = Comparable(table);
                return random.Next(4) switch
                {
                    0 => $"{left} {Pick("in", "not in")} ({string.Join(", ", others())})",
                    1 => $"{left} {Pick("between", "not between")} {others().First()} and {others().First()}",
                    2 => $"{others().First()} {Pick(_comparisons)} {left}",
                    _ => $"{left} {Pick(_comparisons)} {others().First()}",
                };
        }
    }

    /// <summary>A value that is no literal, and any number of values that compare with it.</summary>
    private (string Left, Func<IEnumerable<string>> Others) Comparable(Table table)
    {
        var left = random.Next(4) == 0 ? Call(table) : Field(table, c => c.Type is not (ColumnType.Json or ColumnType.Blob));
        var type = left.Type!.Value; // no literal
        return (left.Text, () => Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) switch
        {
            0 when _numbers.Contains(type) => Number(table).Text,
            0 => Field(table, c => c.Type == type).Text,
            _ => Literal(type, left.Scale),
        }));
    }

    private Value Number(Table table) => random.Next(3) == 0 ? new(Json(table), null) : Field(table, c => _numbers.Contains(c.Type));

    private Value Call(Table table)
    {
        switch (random.Next(9))
        {
            case 0:
                return new($"{Pick("lower", "UPPER")}({Text(table)})", ColumnType.Text);
            case 1:
                return new($"length({(random.Next(4) == 0 ? Field(table, c => c.Type == ColumnType.Blob, data.Albums).Text : Text(table))})", ColumnType.Integer);
            case 2:
                var number = Field(table, c => _numbers.Contains(c.Type));
                return number with { Text = $"abs({number.Text})" };
            case 3:
                // A REAL of the data has few digits; a DECIMAL need not lie where its digits say, but at halves.
                return new(random.Next(2) == 0
                    ? $"round({Field(table, c => c.Type == ColumnType.Real).Text}{Pick("", ", 0", ", 1", ", 2", ", 3")})"
                    : $"round({Field(table, c => c is { Type: ColumnType.Integer } or { Type: ColumnType.Decimal, Precision: <= 10 }).Text})", ColumnType.Real);
            case 4:
                return new($"{Pick("year", "month", "day")}({DayLike(table)})", ColumnType.Integer);
            case 5:
                return new($"date({DayLike(table)})", ColumnType.Date);
            default:
                var first = Field(table, c => c.Type is not (ColumnType.Json or ColumnType.Blob));
                var second = random.Next(2) == 0 ? Field(table, c => c.Type == first.Type && c.Scale == first.Scale).Text : Literal(first.Type!.Value, first.Scale, isExact: true); // a column
                return first with { Text = $"coalesce({first.Text}, {second})" };
        }
    }

    private string DayLike(Table table) => random.Next(5) == 0
        ? Field(table, c => c.Name is "stamp" or "old", data.Albums).Text
        : Field(table, c => c.Type is ColumnType.Date or ColumnType.DateTime || c.Name is "stamp" or "old").Text;

    private string Match(Table table) => random.Next(5) switch
    {
        0 => $"{Text(table)} {Pick("~", "!~")} {(random.Next(3) == 0 ? Text(table) : Literal(ColumnType.Text, 0))}",
        1 => $"{Text(table)} {Pick("^=", "$=")} {(random.Next(3) == 0 ? Text(table) : Literal(ColumnType.Text, 0))}",
        _ => $"{Text(table)} {Pick("like", "ilike", "not like", "NOT ILIKE", "LIKE")} {Pattern()}",
    };

    private string Pattern()
    {
        var text = MusicData.Text(random).Replace("\\", "\\\\", StringComparison.Ordinal);
        return Quote(random.Next(6) switch
        {
            0 => $"%{text}%",
            1 => $"{text}%",
            2 => $"%{text}",
            3 => $"_{text}",
            4 => text.Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + Pick("", "%", "\\a"),
            _ => text,
        });
    }

    private string JsonTest(Table table) => random.Next(6) switch
    {
        0 => $"{Json(table)} {Pick(_comparisons)} {Literal(ColumnType.Text, 0)}",
        1 => $"{Json(table)} {Pick(_comparisons)} {Pick("1", "2.5", "-1", "9007199254740993")}",
        2 => $"{Json(table)} {Pick("=", "!=")} {Pick("true", "false")}",
        3 => $"{Json(table)} {Pick("in", "not in")} {Pick("(1, 2.5)", "('x', 'Ab')", "(true)")}",
        4 => $"{Json(table)} {Pick("~", "^=", "$=")} {Literal(ColumnType.Text, 0)}",
        _ => $"coalesce({Json(table)}, {Pick("'x'", "1", "true")}) is not null",
    };

    private string Text(Table table) => random.Next(5) == 0 ? Json(table) : Field(table, c => c.Type == ColumnType.Text).Text;

    private string Json(Table table) => $"{Field(table, c => c.Type == ColumnType.Json).Text}.{Pick(_jsonKeys)}";

    /// <summary>A column of a kind, somewhere along relations. Four steps lead from each table to every other, so that one is found in the end.</summary>
    private Value Field(Table table, Func<Column, bool> fits, Table? preferred = null)
    {
        while (true)
        {
            var (at, path) = (table, "");
            for (var steps = Math.Min(random.Next(5), random.Next(6)); steps > 0; steps--)
            {
                var relations = _schema.RelationsOf(at);
                var step = relations[random.Next(relations.Count)];
                (at, path) = (step.Target, $"{path}{Name(step.Name)}.");
            }

            var columns = at.Columns.Where(fits).ToList();
            if (columns.Count > 0 && (preferred is null || at == preferred))
            {
                var column = columns[random.Next(columns.Count)];
                return new(path + Name(column.Name), column.Type, column.Scale);
            }
        }
    }

    private string Literal(ColumnType type, int scale, bool isExact = false)
    {
        switch (type)
        {
            case ColumnType.Text:
                return Quote(random.Next(4) == 0 ? MusicData.DateText(random) : MusicData.Text(random));
            case ColumnType.Integer:
                return !isExact && random.Next(4) == 0 ? Real() : Pick(Number(MusicData.Integer(random)), Number(random.Next(12)), "1e1", "10.0");
            case ColumnType.Real:
                return random.Next(4) == 0 ? Number(MusicData.Integer(random)) : Real();
            case ColumnType.Decimal:
                var text = DecimalText.ToText(random.Next(-300, 300) * 25L, Math.Min(scale, 4));
                return random.Next(4) == 0 ? Quote(text) : text;
            case ColumnType.Boolean:
                return Pick("true", "false", "1", "0", "TRUE");
            case ColumnType.Date:
                return random.Next(6) == 0 ? "@today" : Quote(MusicData.Day(random));
            case ColumnType.DateTime:
                return random.Next(6) switch { 0 => "@now", 1 => "@today", 2 => "'2026-11-24T12:00:00.007+02:00'", _ => Quote(MusicData.Moment(random)) };
            case ColumnType.Uuid:
                return Quote(random.Next(2) == 0 ? MusicData.Uuid(random) : MusicData.Uuid(random).ToUpperInvariant());
            default:
                return Quote(Convert.ToBase64String(MusicData.Blob(random)));
        }
    }

    private string Real() => MusicData.Real(random).ToString("R", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Quoted where it must be, and now and then where it need not.</summary>
    private string Name(string name) => name is "my tags" || random.Next(8) == 0 ? $"\"{name}\"" : random.Next(8) == 0 ? name.ToUpperInvariant() : name;

    private string Pick(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];
}
