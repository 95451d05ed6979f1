namespace Nebula.Storage.Metadata;

/// <summary>A statement of the metadata violated a constraint; nothing of its transaction was applied.</summary>
internal sealed class ConstraintException(ConstraintKind kind, Exception inner) : Exception($"A constraint of the metadata was violated: {kind}.", inner)
{
    public ConstraintKind Kind => kind;
}
