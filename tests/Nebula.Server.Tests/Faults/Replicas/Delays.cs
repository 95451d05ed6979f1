namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>How long it took until one server knew what another one had done: a distribution.</summary>
internal sealed class Delays(string what)
{
    private readonly List<TimeSpan> _all = [];

    public TimeSpan Longest => _all.Max();

    public void Add(TimeSpan delay) => _all.Add(delay);

    public override string ToString() => $"{what}: n {_all.Count}, p50 {At(0.5):F0} ms, p99 {At(0.99):F0} ms, longest {Longest.TotalMilliseconds:F0} ms";

    private double At(double part) => _all.Order().ElementAt(Math.Min(_all.Count - 1, (int)(part * _all.Count))).TotalMilliseconds;
}
