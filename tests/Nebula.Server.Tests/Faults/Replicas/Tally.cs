using System.Collections.Concurrent;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>What clients met while parts failed. Thread-safe.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _refusals = new();
    private readonly Lock _lock = new();
    private int _acknowledged;
    private int _repeated;

    public int Acknowledged => _acknowledged;

    /// <summary>Changes that had to be asked for more than once.</summary>
    public int Repeated => _repeated;

    /// <summary>The longest that a change took until it was acknowledged, all repetitions included.</summary>
    public TimeSpan Longest { get; private set; }

    public void Refused(Answer answer) => Count(answer.Body.StartsWith('{') ? $"{(int)answer.Status} {answer.Code}" : $"{(int)answer.Status} of the proxy");

    public void Broken(Exception e) => Count(e is OperationCanceledException ? "no answer in time" : "connection broken");

    public void Done(TimeSpan took, bool isRepeated)
    {
        lock (_lock)
        {
            _acknowledged++;
            _repeated += isRepeated ? 1 : 0;
            Longest = took > Longest ? took : Longest;
        }
    }

    public override string ToString() =>
        $"{Acknowledged} acknowledged, {Repeated} of them asked for more than once; longest outage {Longest.TotalSeconds:F1} s; " + string.Join(", ", _refusals.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Value} × {r.Key}"));

    private void Count(string what) => _refusals.AddOrUpdate(what, 1, static (_, count) => count + 1);
}
