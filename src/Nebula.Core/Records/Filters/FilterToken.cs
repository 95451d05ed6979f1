namespace Nebula.Core.Records.Filters;

/// <summary>A token of a filter.</summary>
/// <param name="At">Where it begins in the filter, in chars from 0.</param>
/// <param name="Length">How long it is there, in chars.</param>
/// <param name="Value">The content of a text, the name without its quotes, the digits of a number, else the token as it stands there.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, int At, int Length, string Value)
{
    /// <summary>Where the next one may begin.</summary>
    public int End => At + Length;

    /// <summary>Written with letters, as <c>and</c>, not <c>&amp;&amp;</c>.</summary>
    public bool IsWord => Value is [>= 'a' and <= 'z' or >= 'A' and <= 'Z', ..];
}
