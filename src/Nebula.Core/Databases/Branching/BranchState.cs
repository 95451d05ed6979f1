namespace Nebula.Core.Databases.Branching;

public enum BranchState
{
    Running,
    Done,
    Failed,
}
