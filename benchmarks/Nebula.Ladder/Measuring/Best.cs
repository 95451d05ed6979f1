using Nebula.Ladder.Load;

namespace Nebula.Ladder.Measuring;

/// <summary>
/// The best of the rounds, with the rate of the worst. The best, because on a shared machine whatever else runs can only slow a round down.
/// </summary>
internal sealed record Best(LoadFigures Figures, double LowestPerSecond)
{
    public Best With(LoadFigures other) => new(
        other.PerSecond > Figures.PerSecond ? other : Figures, Math.Min(LowestPerSecond, other.PerSecond));
}
