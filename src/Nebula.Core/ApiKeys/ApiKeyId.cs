namespace Nebula.Core.ApiKeys;

/// <summary>An API key. New ones are UUIDv7; keys of v0.2 keep the id that they had.</summary>
public readonly record struct ApiKeyId(string Value)
{
    public static ApiKeyId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()).ToString("D"));

    public override string ToString() => Value;
}
