namespace Nebula.Core.Records;

/// <summary>What <c>If-Match</c> demands of a record. The default value demands nothing.</summary>
/// <param name="Tags">The record must have one of these; null demands nothing; empty can't be met.</param>
/// <param name="AnyRecord"><c>*</c>: any existing record will do.</param>
public readonly record struct Precondition(IReadOnlyList<EntityTag>? Tags, bool AnyRecord = false)
{
    public bool IsNone => Tags is null || AnyRecord;

    public bool Allows(EntityTag tag) => IsNone || Tags!.Contains(tag); // IsNone: Tags is not null

    public static Error Failed { get; } = new(ErrorCodes.PreconditionFailed, "The record is not the one that If-Match names: it changed meanwhile.")
    {
        Hint = "Read the record again and repeat the change with its new ETag.",
    };
}
