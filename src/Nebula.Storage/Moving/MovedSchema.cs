using Nebula.Core.Tables;

namespace Nebula.Storage.Moving;

/// <summary>The tables of a database that is moved, as they were when its log began; a move ends when they change.</summary>
internal sealed record MovedSchema(IReadOnlyList<MovedTable> Tables)
{
    public MovedTable? Find(TableId id) => Tables.FirstOrDefault(t => t.Table.Id == id);
}
