namespace Nebula.Core.Records.Filters;

/// <summary>
/// A bound condition on the records of a table, in SQL's three-valued logic: it lets those through for which it is true, not those for which it is unknown.
/// Holds no SQL, so that engines, access rules and tests read the same tree. Immutable.
/// </summary>
/// <remarks>
/// A test (every case but <see cref="All"/>, <see cref="Any"/> and <see cref="Not"/>) whose operands lead along a to-many relation is true when it is true of any one of the
/// related records, else false. Operands of one test that share a path speak of the same related record; each test has its own. A to-one path that leads nowhere gives null.
/// </remarks>
public abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>All parts hold.</summary>
    public sealed record All(IReadOnlyList<Condition> Parts) : Condition;

    /// <summary>At least one part holds.</summary>
    public sealed record Any(IReadOnlyList<Condition> Parts) : Condition;

    public sealed record Not(Condition Inner) : Condition;

    /// <summary>Two operands of types that compare: the same type, or numbers (INTEGER, REAL, DECIMAL of any scale).</summary>
    public sealed record Compare(Operand Left, Comparison Comparison, Operand Right) : Condition;

    /// <param name="IsNegated">Is not null.</param>
    public sealed record IsNull(Operand Operand, bool IsNegated) : Condition;

    /// <param name="IsNegated">Is none of them.</param>
    public sealed record In(Operand Operand, IReadOnlyList<Operand> Values, bool IsNegated) : Condition;

    /// <summary>Both ends included.</summary>
    /// <param name="IsNegated">Lies outside.</param>
    public sealed record Between(Operand Operand, Operand Low, Operand High, bool IsNegated) : Condition;

    /// <param name="Pattern">A text; for <see cref="MatchKind.Like"/> and <see cref="MatchKind.InsensitiveLike"/> always a literal.</param>
    /// <param name="IsNegated">Does not match.</param>
    public sealed record Match(Operand Text, MatchKind Kind, Operand Pattern, bool IsNegated) : Condition;

    /// <summary>A boolean operand by itself.</summary>
    public sealed record IsTrue(Operand Boolean) : Condition;
}
