using System.Text;

namespace Nebula.Core.Tables;

/// <summary>The name of a table: 1 to 63 ASCII letters, digits and underscores, compared without case, kept as written.</summary>
public readonly record struct TableName
{
    private TableName(string value) => Value = value;

    public string Value { get; }

    /// <summary>Fails with invalid_name, naming <paramref name="field"/>.</summary>
    public static Result<TableName> Parse(string? text, string field = "table_name") =>
        Names.Fault(text, field) is { } fault ? Error.Of(ErrorCodes.InvalidName, [fault]) : new TableName(text!); // no fault: not null

    /// <summary>
    /// Reads the name of a table that may be there: another program can have given it one that no new table may have. Fails with invalid_name for what no table is served under.
    /// </summary>
    public static Result<TableName> ParseExisting(string text, string field = "table_name") =>
        text.Length == 0 ? Error.Of(ErrorCodes.InvalidName, field, FieldCodes.Required, "is required")
        : Encoding.UTF8.GetByteCount(text) > Names.MaxLength ? Error.Of(ErrorCodes.InvalidName, field, FieldCodes.TooLong, $"has more than {Names.MaxLength} bytes")
        : text.Any(char.IsControl) || text.Contains('\uFFFD') ? Error.Of(ErrorCodes.InvalidName, field, FieldCodes.Invalid, "holds control characters, or bytes that are no text")
        : Names.IsReserved(text) ? Error.Of(ErrorCodes.InvalidName, field, FieldCodes.Reserved, "begins with '_nebula' or 'sqlite_', which are reserved")
        : new TableName(text);

    /// <summary>The name of a table that is there; another program may have given it one that clients could not.</summary>
    public static TableName OfExisting(string name) => new(name);

    public bool Equals(TableName other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Value is null ? 0 : string.GetHashCode(Value, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Value;
}
