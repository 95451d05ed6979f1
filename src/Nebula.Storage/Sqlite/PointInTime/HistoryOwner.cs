using Nebula.Core.Accounts;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Whose history it is.</summary>
/// <param name="Id">The database's id as a part of names.</param>
/// <param name="Account">Null for the metadata.</param>
internal sealed record HistoryOwner(string Id, DateTimeOffset CreatedAt, UserId? Account, string Name)
{
    public static HistoryOwner Metadata { get; } = new(HistoryNames.Metadata, DateTimeOffset.UnixEpoch, null, HistoryNames.Metadata);
}
