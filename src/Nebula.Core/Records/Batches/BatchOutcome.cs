namespace Nebula.Core.Records.Batches;

/// <summary>The results of a batch in the order of its operations: of all, or while it runs of those so far. Whoever gets one disposes it.</summary>
public sealed class BatchOutcome : IDisposable
{
    private readonly List<BatchResult> _results = [];

    public IReadOnlyList<BatchResult> Results => _results;

    public void Add(BatchResult result) => _results.Add(result);

    public void Dispose()
    {
        foreach (var result in _results)
            result.Record?.Dispose();
        _results.Clear();
    }
}
