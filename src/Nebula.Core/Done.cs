namespace Nebula.Core;

/// <summary>The value of a <see cref="Result{T}"/> that succeeds without one.</summary>
public readonly record struct Done;
