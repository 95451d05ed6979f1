namespace Nebula.Ladder.Builds;

/// <summary>How the programs are compiled.</summary>
internal enum Build
{
    /// <summary>Ahead of time, as they are released.</summary>
    Native,

    /// <summary>While they run, as in development.</summary>
    Jit,
}
