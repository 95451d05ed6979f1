namespace Nebula.Core;

/// <summary>A value that may be absent, where null says something else than absence.</summary>
public readonly record struct Optional<T>(T Value, bool IsGiven = true)
{
    public T Or(T otherwise) => IsGiven ? Value : otherwise;
}
