using System.Runtime.CompilerServices;

namespace Nebula.Storage.Moving;

/// <summary>What changed between two snapshots, in portions that fit into memory. It is read from the log anew whenever it is asked for, unless all of it is one portion.</summary>
/// <param name="snapshot">The later one.</param>
/// <param name="after">The position of the earlier one.</param>
internal sealed class ChangePortions(IMoveSnapshot snapshot, string after)
{
    public const int MaxKeys = 10_000;

    private MoveChanges? _all;

    public async IAsyncEnumerable<MoveChanges> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (_all is not null)
        {
            yield return _all;
            yield break;
        }

        var portions = 0;
        MoveChanges? last = null;
        await foreach (var portion in snapshot.ReadChangesAsync(after, MaxKeys, ct))
        {
            (portions, last) = (portions + 1, portion);
            yield return portion;
        }

        if (portions == 1)
            _all = last;
    }
}
