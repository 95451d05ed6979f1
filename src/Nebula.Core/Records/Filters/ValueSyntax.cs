namespace Nebula.Core.Records.Filters;

/// <summary>A value as it is written.</summary>
/// <param name="At">Where it begins in the filter.</param>
/// <param name="End">Where it ends.</param>
internal abstract record ValueSyntax(int At, int End)
{
    public sealed record Text(int At, int End, string Value) : ValueSyntax(At, End);

    /// <param name="Digits">As JSON has it.</param>
    public sealed record Number(int At, int End, string Digits) : ValueSyntax(At, End);

    public sealed record Boolean(int At, int End, bool Value) : ValueSyntax(At, End);

    public sealed record Null(int At, int End) : ValueSyntax(At, End);

    /// <param name="IsDay"><c>@today</c>, not <c>@now</c>.</param>
    public sealed record Moment(int At, int End, bool IsDay) : ValueSyntax(At, End);

    public sealed record Name(int At, int End, IReadOnlyList<NameSegment> Segments) : ValueSyntax(At, End);

    public sealed record Call(int At, int End, string Function, IReadOnlyList<ValueSyntax> Arguments) : ValueSyntax(At, End);
}
