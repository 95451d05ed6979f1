namespace Nebula.Core.Changes;

/// <summary>What happened to a record.</summary>
public enum ChangeKind
{
    Insert = 1,
    Update = 2,
    Delete = 3,
}
