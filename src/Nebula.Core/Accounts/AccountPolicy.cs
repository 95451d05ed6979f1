namespace Nebula.Core.Accounts;

/// <summary>What the operator allows.</summary>
/// <param name="SignupOpen">Whether anybody may sign up.</param>
public sealed record AccountPolicy(bool SignupOpen);
