using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>A table's full-text index around an alteration: it names the table and its columns, so it is made anew when they are.</summary>
internal sealed class FullTextChange(Table old, TableAlteration alteration, bool isRebuilt)
{
    private readonly IndexDefinition? _wanted = alteration.After.Indexes.FirstOrDefault(i => i.IsFullText);

    private bool IsAnew => old.FullText is null || isRebuilt || alteration.RenameTo is not null || alteration.RenamedColumns.Count > 0
        || alteration.AddedIndexes.Any(i => i.Index.IsFullText);

    public void Drop(Connection connection)
    {
        if (old.FullText is null || (_wanted is not null && !IsAnew))
            return;
        foreach (var sql in FullTextSchema.Drop(old.Id))
            connection.Execute(sql);
    }

    public void Create(Connection connection)
    {
        if (_wanted is not null && IsAnew)
            IndexWrites.Create(connection, old.Id, alteration.Shape, _wanted);
    }
}
