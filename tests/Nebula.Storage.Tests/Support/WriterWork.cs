using Nebula.Core;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Tests.Support;

/// <summary>An operation of the writer that does what a test says, alone and with a savepoint.</summary>
internal sealed class WriterWork(Action<WriteContext> work, CancellationToken ct) : WriteOperation<Done>(null, ct)
{
    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override Error? Execute(WriteContext context)
    {
        work(context);
        return null;
    }

    protected override Done Value() => new();
}
