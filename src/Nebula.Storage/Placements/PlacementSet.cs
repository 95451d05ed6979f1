using System.Collections.Frozen;
using Nebula.Core;
using Nebula.Core.Databases;

namespace Nebula.Storage.Placements;

/// <summary>The placements that this server has. Immutable.</summary>
internal sealed class PlacementSet(IEnumerable<IPlacement> placements)
{
    private readonly FrozenDictionary<PlacementName, IPlacement> _byName = placements.ToFrozenDictionary(p => p.Name);

    public IReadOnlyCollection<IPlacement> All => _byName.Values;

    /// <summary>What a client is told of a database whose data are where this server does not get at them.</summary>
    public static Error Elsewhere { get; } = new(ErrorCodes.PlacedElsewhere, "The data of this database are in a placement that this server does not have.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        Hint = "Send the request again: another server of the installation has it.",
    };

    public IPlacement? Find(PlacementName name) => _byName.GetValueOrDefault(name);

    public IPlacement? Find(Database database) => _byName.GetValueOrDefault(database.Placement);
}
