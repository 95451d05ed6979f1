namespace Nebula.Core.Accounts;

/// <summary>Somebody who signed up: owns databases.</summary>
/// <param name="TokenVersion">The <c>ver</c> claim that a token must carry; rises with each change of the password.</param>
public sealed record Account(UserId Id, string Username, string Email, string PasswordHash, int TokenVersion, DateTimeOffset CreatedAt);
