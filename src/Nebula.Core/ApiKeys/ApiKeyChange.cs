namespace Nebula.Core.ApiKeys;

/// <summary>What a client asks of a key; what is null stays as it is, or takes its default on a new key.</summary>
public sealed record ApiKeyChange
{
    public string? Name { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The names of the tables that the key is bound to; given as null it is bound to none in particular.</summary>
    public Optional<IReadOnlyList<string>?> Tables { get; init; }

    public Optional<DateTimeOffset?> ExpiresAt { get; init; }

    /// <summary>The names of what is given.</summary>
    internal IEnumerable<string> Fields()
    {
        if (Name is not null)
            yield return "name";
        if (Scopes is not null)
            yield return "scopes";
        if (Tables.IsGiven)
            yield return "tables";
        if (ExpiresAt.IsGiven)
            yield return "expires_at";
    }
}
