using System.Globalization;
using System.Text.RegularExpressions;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Filters;

/// <summary>The functions of the filter language as plainly as can be.</summary>
internal static partial class NaiveFunctions
{
    public static object? Call(Operand.Call call, object?[] arguments)
    {
        if (call.Function == FilterFunction.Coalesce)
            return arguments.FirstOrDefault(a => a is not null);
        if (arguments[0] is not { } value)
            return null;
        return call.Function switch
        {
            FilterFunction.Lower => Lower((string)value),
            FilterFunction.Upper => string.Concat(((string)value).Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c)),
            FilterFunction.Length => value is byte[] bytes ? bytes.Length : (long)((string)value).EnumerateRunes().Count(),
            FilterFunction.Abs => value is long whole ? (object)Math.Abs(whole) : Math.Abs((double)value),
            FilterFunction.Round => Round(ToReal(value, call.Arguments[0]), arguments.Length > 1 ? (int)(long)arguments[1]! : 0), // a literal
            FilterFunction.Date => DayOf((string)value),
            FilterFunction.Year => Part((string)value, 0, 4),
            FilterFunction.Month => Part((string)value, 5, 2),
            _ => Part((string)value, 8, 2),
        };
    }

    public static string Lower(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));

    public static double ToReal(object value, Operand operand) => value is double real ? real
        : operand.Type == ColumnType.Decimal ? (long)value / double.Parse($"1e{operand.Scale}", CultureInfo.InvariantCulture)
        : (long)value;

    private static double Round(double value, int digits) =>
        Math.Abs(value) > 1e15 ? value : (double)Math.Round((decimal)value, digits, MidpointRounding.AwayFromZero);

    private static long? Part(string text, int from, int length) =>
        DayOf(text) is { } day ? long.Parse(day.AsSpan(from, length), NumberStyles.None, CultureInfo.InvariantCulture) : null;

    private static string? DayOf(string text) =>
        Day().Match(text) is { Success: true, Value: var day } && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? day : null;

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Day();
}
