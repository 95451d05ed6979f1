using System.Diagnostics.CodeAnalysis;

namespace Nebula.Core.Records.Filters;

/// <summary>
/// A value whose name is resolved, and whose type may still depend on what it meets: a literal takes the type of the other side, and so does what stands in a JSON
/// column. Exactly one of the three is set.
/// </summary>
internal sealed record FilterTerm
{
    private FilterTerm(ValueSyntax syntax) => Syntax = syntax;

    public ValueSyntax Syntax { get; }

    public int At => Syntax.At;

    /// <summary>A value of a type of its own.</summary>
    public Operand? Bound { get; private init; }

    /// <summary>Keys of a JSON column.</summary>
    public (Operand.Field Column, IReadOnlyList<string> Keys)? Json { get; private init; }

    /// <summary>A literal, <c>@now</c> or <c>@today</c>.</summary>
    [MemberNotNullWhen(true, nameof(Literal))]
    public bool IsLiteral => Literal is not null;

    public ValueSyntax? Literal { get; private init; }

    public bool IsNull => Literal is ValueSyntax.Null;

    public static FilterTerm Of(ValueSyntax syntax, Operand bound) => new(syntax) { Bound = bound };

    public static FilterTerm Of(ValueSyntax syntax, Operand.Field column, IReadOnlyList<string> keys) => new(syntax) { Json = (column, keys) };

    public static FilterTerm Of(ValueSyntax literal) => new(literal) { Literal = literal };
}
