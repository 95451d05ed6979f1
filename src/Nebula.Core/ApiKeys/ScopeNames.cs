namespace Nebula.Core.ApiKeys;

/// <summary>Scopes as clients write them.</summary>
public static class ScopeNames
{
    private static readonly (string Name, Scopes Scope)[] _names =
    [
        ("records:read", Scopes.RecordsRead),
        ("records:write", Scopes.RecordsWrite),
        ("schema:read", Scopes.SchemaRead),
        ("schema:write", Scopes.SchemaWrite),
    ];

    public static IEnumerable<string> Of(Scopes scopes) => _names.Where(n => scopes.HasFlag(n.Scope)).Select(n => n.Name);

    /// <summary>Fails with invalid_body, naming every name that is no scope.</summary>
    public static Result<Scopes> Parse(IReadOnlyList<string> names)
    {
        var scopes = Scopes.None;
        var faults = new List<FieldError>();
        for (var i = 0; i < names.Count; i++)
        {
            var match = Array.Find(_names, n => n.Name == names[i]);
            scopes |= match.Scope;
            if (match.Name is null)
                faults.Add(new($"scopes[{i}]", FieldCodes.Invalid, $"is no scope; allowed are {string.Join(", ", _names.Select(n => n.Name))}"));
        }

        if (faults.Count == 0 && scopes == Scopes.None)
            faults.Add(new("scopes", FieldCodes.Required, "needs at least one scope"));
        return faults.Count > 0 ? Error.Of(ErrorCodes.InvalidBody, faults) : scopes;
    }
}
