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

        return faults.First is { } fault ? fault : FilterText.Bind(shape, new SchemaView(new DatabaseSchema([shape]), bound: null), text, default, field);
    }

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
