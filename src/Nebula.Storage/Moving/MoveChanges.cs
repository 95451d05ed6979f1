using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Moving;

/// <summary>Some of what changed between two positions of a source's log: keys of records that were added, changed or removed, each once, and numbers of answers that were kept.</summary>
internal sealed class MoveChanges
{
    public Dictionary<TableId, HashSet<TypedValue>> Keys { get; } = [];

    public List<long> Answers { get; } = [];

    public long Count => Answers.Count + Keys.Values.Sum(k => (long)k.Count);

    public void Add(TableId table, TypedValue key)
    {
        if (!Keys.TryGetValue(table, out var keys))
            Keys[table] = keys = [];
        keys.Add(key);
    }
}
