namespace Nebula.Core.Background;

/// <summary>How far work is.</summary>
public enum WorkState
{
    Running,
    Done,
    Failed,
}
