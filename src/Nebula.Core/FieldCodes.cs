namespace Nebula.Core;

/// <summary>The stable codes of <see cref="FieldError"/>; each is documented in <c>docs/errors.md</c>.</summary>
public static class FieldCodes
{
    public const string UnknownColumn = "unknown_column";
    public const string UnknownAttribute = "unknown_attribute";
    public const string UnknownParameter = "unknown_parameter";
    public const string WrongType = "wrong_type";
    public const string OutOfRange = "out_of_range";
    public const string Required = "required";
    public const string TooShort = "too_short";
    public const string TooLong = "too_long";
    public const string Duplicate = "duplicate";
    public const string NotBase64 = "not_base64";
    public const string NotADate = "not_a_date";
    public const string NotAUuid = "not_a_uuid";
    public const string NotAllowed = "not_allowed";
    public const string Invalid = "invalid";
    public const string Reserved = "reserved";
    public const string Unique = "unique";
}
