using Nebula.Core;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>A statement of a transaction violated a constraint, so that the transaction fell; what it was is found out when that is over.</summary>
internal sealed class BrokenConstraintException(BrokenConstraint constraint, Exception inner) : Exception(inner.Message, inner)
{
    public BrokenConstraint Constraint { get; } = constraint;

    /// <summary>What becomes of the error, where a write of many records says which of them it was.</summary>
    public Func<Error, Error> Place { get; init; } = error => error;

    /// <summary>The same about one of many records.</summary>
    public BrokenConstraintException At(Func<Error, Error> place) => new(Constraint, InnerException ?? this) { Place = place };
}
