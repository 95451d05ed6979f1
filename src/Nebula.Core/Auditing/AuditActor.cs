using Nebula.Core.Accounts;

namespace Nebula.Core.Auditing;

/// <summary>Who did something.</summary>
/// <param name="Kind"><c>account</c>, <c>api_key</c> or <c>operator</c>.</param>
/// <param name="Id">The account's or the key's id; empty for the operator.</param>
/// <param name="Name">What the key was called then.</param>
public sealed record AuditActor(string Kind, string Id, string? Name)
{
    /// <summary>Whoever has the machine or the server's own database.</summary>
    public static AuditActor Operator { get; } = new("operator", "", null);

    public static AuditActor Of(Caller caller) => caller switch
    {
        AccountCaller account => Of(account.Id),
        KeyCaller key => new(caller.Kind, key.Key.Id.Value, key.Key.Name),
        _ => throw new InvalidOperationException("A caller is an account or a key."),
    };

    public static AuditActor Of(UserId account) => new("account", account.ToString(), null);
}
