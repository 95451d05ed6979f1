namespace Nebula.Core.Background;

public enum WorkState
{
    Running,
    Done,
    Failed,
}
