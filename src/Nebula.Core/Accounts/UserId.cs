namespace Nebula.Core.Accounts;

/// <summary>An account. New ones are UUIDv7; those of v0.2 are kept as they were.</summary>
public readonly record struct UserId(Guid Value)
{
    public static UserId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public static bool TryParse(string? text, out UserId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new UserId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
