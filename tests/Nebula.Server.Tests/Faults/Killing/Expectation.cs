namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>What must be there by a ledger, and which changes are open: each of those may be there whole, or not at all.</summary>
internal sealed class Expectation
{
    private readonly List<string> _problems = [];

    public State State { get; } = new();

    /// <summary>How much was acknowledged and not found, as of the last comparison.</summary>
    public int Lost { get; private set; }

    public IReadOnlyList<LedgerEntry> Open { get; }

    /// <summary>The ids of the records that must be there.</summary>
    public Dictionary<string, long> Ids { get; } = [];

    public Expectation(IReadOnlyList<LedgerEntry> ledger)
    {
        Open = [.. ledger.Where(entry => entry.Outcome == Outcome.Unknown)];
        var given = new Dictionary<string, HashSet<long>>();
        foreach (var entry in ledger.Where(entry => entry.Outcome is Outcome.Acknowledged or Outcome.Found))
        {
            State.Apply(entry.Change);
            Note(entry, given);
        }
    }

    /// <summary>
    /// Compares with what was found. Gives a sentence for each difference that no open change explains; <paramref name="conclude"/> is told of each open
    /// change whether it was found done.
    /// </summary>
    public IReadOnlyList<string> Compare(State found, Action<LedgerEntry, bool> conclude)
    {
        var expected = State;
        foreach (var open in Open)
        {
            var with = expected.With(open.Change);
            var isDone = Same(found.Under(open.Change), with.Under(open.Change));
            if (!isDone && !Same(found.Under(open.Change), expected.Under(open.Change)))
                _problems.Add($"{open.Change}, which was not answered, is there by half");
            if (isDone)
                expected = with;
            conclude(open, isDone);
        }

        List<string> lost = [.. expected.Keys.Except(found.Keys).Where(key => !IsOpen(key))];
        Lost = lost.Count;
        _problems.AddRange(lost.Select(key => $"{key} was acknowledged and is lost"));
        foreach (var key in found.Keys.Except(expected.Keys).Where(key => !IsOpen(key)))
            _problems.Add($"{key} was deleted, or never asked for, and is there");
        foreach (var key in expected.Keys.Intersect(found.Keys).Where(key => expected[key] != found[key] && !IsOpen(key)))
            _problems.Add($"{key} has version {found[key]}, version {expected[key]} was acknowledged");
        return _problems;
    }

    private static bool Same(IReadOnlyDictionary<string, int> one, IReadOnlyDictionary<string, int> other) =>
        one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var version) && version == entry.Value);

    private bool IsOpen(string key) => Open.Any(open => open.Change.Touches(key));

    private void Note(LedgerEntry entry, Dictionary<string, HashSet<long>> given)
    {
        var change = entry.Change;
        switch (change.Kind)
        {
            case ChangeKind.CreateTable:
                given[change.TableKey] = []; // a new table of an old name counts anew
                break;
            case ChangeKind.RenameDatabase:
                foreach (var table in given.Keys.Where(key => key.StartsWith(change.Database + "/", StringComparison.Ordinal)).ToList())
                {
                    given.Remove(table, out var ids);
                    given[change.NewName + table[change.Database.Length..]] = ids!; // it was among the keys
                }

                foreach (var (key, id) in Ids.Where(record => change.Touches(record.Key)).ToList())
                {
                    Ids.Remove(key);
                    Ids[change.NewName + key[change.Database.Length..]] = id;
                }

                break;
            case ChangeKind.Insert:
                if (!given[change.TableKey].Add(entry.RecordId))
                    _problems.Add($"{change} was given the id {entry.RecordId}, which another record had before");
                Ids[change.Keys[0]] = entry.RecordId;
                break;
            case ChangeKind.Delete:
                Ids.Remove(change.Keys[0]);
                break;
            case ChangeKind.DropTable or ChangeKind.DropDatabase:
                foreach (var key in Ids.Keys.Where(change.Touches).ToList())
                    Ids.Remove(key);
                break;
        }
    }
}
