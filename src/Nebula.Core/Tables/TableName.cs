namespace Nebula.Core.Tables;

/// <summary>The name of a table: 1 to 63 ASCII letters, digits and underscores, compared without case, kept as written.</summary>
public readonly record struct TableName
{
    private TableName(string value) => Value = value;

    public string Value { get; }

    /// <summary>Fails with invalid_name, naming <paramref name="field"/>.</summary>
    public static Result<TableName> Parse(string? text, string field = "table_name") =>
        Names.Fault(text, field) is { } fault ? Error.Of(ErrorCodes.InvalidName, [fault]) : new TableName(text!); // no fault: not null

    /// <summary>The name of a table that is there; another program may have given it one that clients could not.</summary>
    public static TableName OfExisting(string name) => new(name);

    public bool Equals(TableName other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Value is null ? 0 : string.GetHashCode(Value, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Value;
}
