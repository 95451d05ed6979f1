namespace Nebula.Core.Databases;

/// <summary>A database, for ever: never given to another one, not even after it was deleted.</summary>
public readonly record struct DatabaseId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
