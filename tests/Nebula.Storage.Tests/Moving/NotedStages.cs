using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;

namespace Nebula.Storage.Tests.Moving;

/// <summary>Metadata that know of one move; a test can do something before each stage.</summary>
internal sealed class NotedStages(Func<MoveStage, Task>? before = null) : IMoveJournal, IProgress<MoveProgress>
{
    public List<MoveStage> Stages { get; } = [];

    public List<MoveProgress> Told { get; } = [];

    public bool IsFlipped { get; private set; }

    public async ValueTask NoteAsync(MoveStage stage, CancellationToken ct)
    {
        if (before is not null)
            await before(stage);
        ct.ThrowIfCancellationRequested();
        Stages.Add(stage);
    }

    public ValueTask FlipAsync(CancellationToken ct)
    {
        IsFlipped = true;
        return default;
    }

    public void Report(MoveProgress value) => Told.Add(value);
}
