namespace Nebula.Core.Records.Bulk;

/// <summary>The record that an upsert left. Whoever gets one disposes it.</summary>
/// <param name="IsCreated">Whether there was none before.</param>
public sealed record UpsertOutcome(Record Record, bool IsCreated) : IDisposable
{
    public void Dispose() => Record.Dispose();
}
