using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>An operation of a batch, ready to run: its table opened as the caller may, its names and values read. Disposing gives its drafts back.</summary>
public sealed class BatchStep(BatchAction action, OpenTable table) : IDisposable
{
    public BatchAction Action { get; } = action;

    public OpenTable Table { get; } = table;

    /// <summary>The record that it is about; null for a new one, and where <see cref="Match"/> says which ones.</summary>
    public StepId? Id { get; init; }

    /// <summary>Which records it changes or removes, where it is not one by its id.</summary>
    public MatchQuery? Match { get; init; }

    /// <summary>What it writes; null where it writes nothing.</summary>
    public StepData? Data { get; init; }

    public Precondition IfMatch { get; init; }

    /// <summary>Of an upsert.</summary>
    public ConflictRule? Conflict { get; init; }

    public void Dispose() => Data?.Dispose();
}
