using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>The conditions of partial indexes: filters that say the same of a record whenever they are asked, and speak of that record alone.</summary>
public static class IndexFilter
{
    /// <summary>Reads a condition on the columns of a table. Fails with invalid_filter.</summary>
    /// <param name="shape">The table's columns; relations are none of its.</param>
    public static Result<Condition> Bind(Table shape, string text, string field)
    {
        var faults = new FilterFaults(text, field);
        var lexer = new FilterLexer(text, faults);
        var token = lexer.Next();
        for (; token.Kind is not (FilterTokenKind.End or FilterTokenKind.Broken); token = lexer.Next())
        {
            if (token.Kind is FilterTokenKind.Now or FilterTokenKind.Today)
                faults.Add(token.At, $"'{token.Value}'", " is another moment with each record; an index can't depend on it");
        }

        if (faults.First is { } fault)
            return fault;
        if (!FilterText.Bind(shape, new SchemaView(new DatabaseSchema([shape]), bound: null), text, default, field).TryGet(out var condition, out var error))
            return error;
        if (!QueriedTables.OperandsOf(condition).Any(MayOverflow))
            return condition;
        faults.AddWhole("abs of an INTEGER goes beyond 64 bits for the least of them, which the table could then not hold");
        return faults.First!; // just noted
    }

    private static bool MayOverflow(Operand operand) =>
        operand is Operand.Call call && (call is { Function: FilterFunction.Abs, Type: ColumnType.Integer } || call.Arguments.Any(MayOverflow));

    /// <summary>Whether a name stands in a condition. A text that can't be read names nothing.</summary>
    public static bool Mentions(string text, string name)
    {
        var lexer = new FilterLexer(text, new FilterFaults(text, "where"));
        for (var token = lexer.Next(); token.Kind is not (FilterTokenKind.End or FilterTokenKind.Broken); token = lexer.Next())
        {
            if (token.Kind is FilterTokenKind.Name or FilterTokenKind.QuotedName && token.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
