using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>A value in a bound condition, with its type. Names, paths and types are resolved; nothing in it comes unchecked from a request. Immutable.</summary>
public abstract record Operand(ColumnType Type, int Scale)
{
    /// <summary>A column of the table that the condition is about, or of one that is reached from it.</summary>
    /// <param name="Path">The relations to follow, in order; empty for the table itself.</param>
    public sealed record Field(IReadOnlyList<Relation> Path, Column Column) : Operand(Column.Type, Column.Scale);

    /// <summary>
    /// What stands under some keys of a JSON column, if it is of the type that it is compared with: text, number (REAL) or boolean; else null. Of the type JSON it is
    /// whatever stands there, and stands only in a test for null: what is absent and JSON's null are null.
    /// </summary>
    public sealed record JsonField(Field Column, IReadOnlyList<string> Keys, ColumnType Type) : Operand(Type, 0);

    public sealed record Literal(TypedValue Value, ColumnType Type, int Scale = 0) : Operand(Type, Scale);

    public sealed record Call(FilterFunction Function, IReadOnlyList<Operand> Arguments, ColumnType Type, int Scale = 0) : Operand(Type, Scale);

    /// <summary>One of the outputs that a condition on groups speaks of, by its place among them.</summary>
    public sealed record Output(int Index, ColumnType Type, int Scale = 0) : Operand(Type, Scale);
}
