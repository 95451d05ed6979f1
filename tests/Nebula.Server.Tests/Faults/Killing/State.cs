namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>
/// All that there is: databases (<c>shop</c>), tables (<c>shop/orders</c>) and records (<c>shop/orders/token</c>) with their _versions. One flat map, so
/// that what is expected and what is found can be compared as a whole.
/// </summary>
internal sealed class State
{
    private readonly Dictionary<string, int> _versions;

    public State()
        : this([])
    {
    }

    private State(Dictionary<string, int> versions) => _versions = versions;

    public IEnumerable<string> Keys => _versions.Keys;

    public int? this[string key]
    {
        get => _versions.TryGetValue(key, out var version) ? version : null;
        set => _versions[key] = value ?? throw new ArgumentNullException(nameof(value));
    }

    public State Copy() => new(new(_versions));

    /// <summary>The same after one more change.</summary>
    public State With(Change change)
    {
        var changed = Copy();
        changed.Apply(change);
        return changed;
    }

    public void Apply(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.CreateDatabase:
            case ChangeKind.CreateTable:
                _versions[change.Keys[0]] = 0;
                break;
            case ChangeKind.Insert:
            case ChangeKind.Update:
                _versions[change.Keys[0]] = change.Version;
                break;
            case ChangeKind.Delete:
                _versions.Remove(change.Keys[0]);
                break;
            case ChangeKind.RenameDatabase:
                foreach (var key in _versions.Keys.Where(key => new Change(ChangeKind.DropDatabase, change.Database).Touches(key)).ToList())
                {
                    _versions.Remove(key, out var version);
                    _versions[change.NewName + key[change.Database.Length..]] = version;
                }

                break;
            default:
                foreach (var key in _versions.Keys.Where(change.Touches).ToList())
                    _versions.Remove(key);
                break;
        }
    }

    /// <summary>The part of it that a change can touch.</summary>
    public IReadOnlyDictionary<string, int> Under(Change change) => _versions.Where(entry => change.Touches(entry.Key)).ToDictionary();
}
