namespace Nebula.Core.Records.Filters;

/// <summary>A condition as it is written: names are not looked up and nothing has a type yet.</summary>
/// <param name="At">Where it, or its operator, begins in the filter.</param>
internal abstract record FilterSyntax(int At)
{
    public sealed record All(int At, IReadOnlyList<FilterSyntax> Parts) : FilterSyntax(At);

    public sealed record Any(int At, IReadOnlyList<FilterSyntax> Parts) : FilterSyntax(At);

    public sealed record Not(int At, FilterSyntax Inner) : FilterSyntax(At);

    /// <summary>One of the signs: a comparison or a match.</summary>
    public sealed record Binary(int At, ValueSyntax Left, FilterTokenKind Sign, ValueSyntax Right) : FilterSyntax(At);

    public sealed record In(int At, ValueSyntax Value, IReadOnlyList<ValueSyntax> Values, bool IsNegated) : FilterSyntax(At);

    public sealed record Between(int At, ValueSyntax Value, ValueSyntax Low, ValueSyntax High, bool IsNegated) : FilterSyntax(At);

    public sealed record Like(int At, ValueSyntax Value, MatchKind Kind, ValueSyntax Pattern, bool IsNegated) : FilterSyntax(At);

    public sealed record IsNull(int At, ValueSyntax Value, bool IsNegated) : FilterSyntax(At);

    /// <summary>A value without an operator.</summary>
    public sealed record Alone(int At, ValueSyntax Value) : FilterSyntax(At);
}
