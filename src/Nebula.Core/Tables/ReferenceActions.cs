namespace Nebula.Core.Tables;

/// <summary>Reference actions by name.</summary>
public static class ReferenceActions
{
    public const string Allowed = "restrict, cascade, set_null";

    public static string Name(ReferenceAction action) => action switch
    {
        ReferenceAction.Restrict => "restrict",
        ReferenceAction.Cascade => "cascade",
        ReferenceAction.SetNull => "set_null",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    public static bool TryParse(string? text, out ReferenceAction action)
    {
        action = text switch { "cascade" => ReferenceAction.Cascade, "set_null" => ReferenceAction.SetNull, _ => ReferenceAction.Restrict };
        return text is "restrict" or "cascade" or "set_null";
    }
}
