namespace Nebula.Server.Options;

/// <summary>A variable with the value that stands when it is not given, and the way from its text to its value.</summary>
internal sealed record Variable<T>(string Name, T Otherwise, string Default, string Allowed, string Meaning, Parse<T> Parse)
    : Variable(Name, Default, Allowed, Meaning)
{
    /// <summary>A secret's value appears in no message.</summary>
    public bool IsSecret { get; init; }
}
