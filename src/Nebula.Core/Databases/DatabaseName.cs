namespace Nebula.Core.Databases;

/// <summary>The name of a database: 1 to 63 ASCII letters, digits and underscores, compared without case, kept as written.</summary>
public readonly record struct DatabaseName
{
    private DatabaseName(string value) => Value = value;

    public string Value { get; }

    /// <summary>Fails with invalid_name, naming <paramref name="field"/>.</summary>
    public static Result<DatabaseName> Parse(string? text, string field = "db_name") =>
        Names.Fault(text, field) is { } fault ? Error.Of(ErrorCodes.InvalidName, [fault]) : new DatabaseName(text!); // no fault: not null

    public bool Equals(DatabaseName other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Value is null ? 0 : string.GetHashCode(Value, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Value;
}
