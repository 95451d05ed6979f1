using Nebula.Core;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>Ends the log of a move, if there is one.</summary>
internal sealed class EndMoveLog(CancellationToken ct) : WriteOperation<Done>(null, ct)
{
    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override Error? Execute(WriteContext context)
    {
        MoveLog.Drop(context.Connection);
        return null;
    }

    protected override Done Value() => new();
}
