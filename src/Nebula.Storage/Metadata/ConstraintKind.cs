namespace Nebula.Storage.Metadata;

internal enum ConstraintKind
{
    /// <summary>A unique column has the value already.</summary>
    Unique,

    /// <summary>The row that is referred to is gone, or the row that was to go is referred to.</summary>
    ForeignKey,

    Other,
}
