using Nebula.Core.Records.Filters;

namespace Nebula.Storage.Sql;

/// <summary>
/// Writes conditions as SQL, in parentheses where they need them. To-one paths are joined to the source, so its <see cref="JoinedSource.From"/> is read afterwards;
/// a test along a to-many path becomes an EXISTS, which is true or false and never null.
/// </summary>
internal sealed class ConditionSql
{
    private readonly SqlDialect _dialect;
    private readonly JoinedSource? _source;
    private readonly AliasSequence? _aliases;
    private readonly SqlParameters _parameters;
    private readonly Func<Operand.Output, string> _output;

    /// <summary>For conditions on the records of a source.</summary>
    public ConditionSql(JoinedSource source, SqlParameters parameters, AliasSequence aliases) =>
        (_dialect, _source, _parameters, _aliases, _output) = (source.Dialect, source, parameters, aliases, _ => throw new InvalidOperationException("There are no outputs here."));

    /// <summary>For conditions on groups, whose outputs are found where <paramref name="output"/> says.</summary>
    public ConditionSql(SqlDialect dialect, Func<Operand.Output, string> output, SqlParameters parameters) => (_dialect, _output, _parameters) = (dialect, output, parameters);

    public string Write(Condition condition) => condition switch
    {
        Condition.All all => all.Parts.Count == 0 ? _dialect.True : $"({string.Join(" AND ", all.Parts.Select(Write))})",
        Condition.Any any => any.Parts.Count == 0 ? _dialect.False : $"({string.Join(" OR ", any.Parts.Select(Write))})",
        Condition.Not not => $"NOT ({Write(not.Inner)})",
        Condition.Compare test => Test([test.Left, test.Right], sql => sql.Compare(test.Left, Sign(test.Comparison), test.Right)),
        Condition.IsNull test => Test([test.Operand], sql => $"({sql.Write(test.Operand)} IS {(test.IsNegated ? "NOT " : "")}NULL)"),
        Condition.In test => Test([test.Operand, .. test.Values], sql => Negate(test.IsNegated, In(sql, test))),
        Condition.Between test => Test(
            [test.Operand, test.Low, test.High],
            sql => Negate(test.IsNegated, $"({sql.Compare(test.Operand, ">=", test.Low)} AND {sql.Compare(test.Operand, "<=", test.High)})")),
        Condition.Match test => Test([test.Text, test.Pattern], sql => Negate(test.IsNegated, $"({Match(sql, test)})")),
        Condition.IsTrue test => Test([test.Boolean], sql => $"({_dialect.IsTrue(sql.Write(test.Boolean))})"),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private string Test(IReadOnlyList<Operand> operands, Func<OperandSql, string> write)
    {
        if (_source is null || _aliases is null)
            return write(new OperandSql(_dialect, (_, _) => throw new InvalidOperationException("Groups have outputs, not columns."), _output, _parameters));
        var rows = new RelatedRows(_source, _aliases, operands);
        return rows.Any(write(new OperandSql(_dialect, rows.Column, _output, _parameters)));
    }

    private static string Negate(bool isNegated, string test) => isNegated ? $"NOT {test}" : test;

    private static string Sign(Comparison comparison) => comparison switch
    {
        Comparison.Equal => "=",
        Comparison.NotEqual => "<>",
        Comparison.Less => "<",
        Comparison.LessOrEqual => "<=",
        Comparison.Greater => ">",
        Comparison.GreaterOrEqual => ">=",
        _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
    };

    private static string In(OperandSql sql, Condition.In test) =>
        test.Values.All(value => sql.CompareAsKept(test.Operand, value))
            ? $"({sql.Write(test.Operand)} IN ({string.Join(", ", test.Values.Select(sql.Write))}))"
            : AnyOf([.. test.Values.Select(value => sql.Compare(test.Operand, "=", value))]);

    /// <summary>As a balanced tree: SQLite refuses one of a thousand levels.</summary>
    private static string AnyOf(ReadOnlySpan<string> tests) =>
        tests.Length == 1 ? tests[0] : $"({AnyOf(tests[..(tests.Length / 2)])} OR {AnyOf(tests[(tests.Length / 2)..])})";

    private string Match(OperandSql sql, Condition.Match test)
    {
        var x = sql.Write(test.Text);
        switch (test.Kind)
        {
            case MatchKind.Contains:
                return _dialect.Contains(x, sql.Write(test.Pattern));
            case MatchKind.StartsWith:
                return Within(x, test) + _dialect.StartsWith(x, sql.Write(test.Pattern));
            case MatchKind.EndsWith:
                return _dialect.EndsWith(x, sql.Write(test.Pattern));
            case MatchKind.Like when test.Pattern is Operand.Literal pattern:
                return Within(x, test) + _dialect.Like(x, _parameters.Add(_dialect.LikePattern(pattern.Value.AsText())));
            case MatchKind.InsensitiveLike:
                return _dialect.InsensitiveLike(x, sql.Write(test.Pattern));
            default:
                throw new ArgumentOutOfRangeException(nameof(test));
        }
    }

    /// <summary>
    /// Between what bounds a text lies that begins as the pattern does, with an AND behind it: what an index can search, which it can't by a function of the column.
    /// Empty where that gains nothing. Follows from the test itself, so that it changes no outcome.
    /// </summary>
    private string Within(string x, Condition.Match test)
    {
        if (test is not { Text: Operand.Field, Pattern: Operand.Literal literal })
            return "";
        var text = literal.Value.AsText();
        var prefix = test.Kind == MatchKind.Like ? TextPrefix.OfPattern(text) : text;
        if (prefix.Length == 0)
            return "";
        var bounds = $"{x} >= {_parameters.Add(prefix)} AND ";
        return TextPrefix.Successor(prefix) is { } end ? $"{bounds}{x} < {_parameters.Add(end)} AND " : bounds;
    }
}
