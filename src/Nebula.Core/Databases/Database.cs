using Nebula.Core.Accounts;

namespace Nebula.Core.Databases;

/// <summary>One isolated database of an account, as the metadata knows it.</summary>
/// <param name="Tables">How many tables it has, Nebula's and the engine's own not counted.</param>
public sealed record Database(
    DatabaseId Id, UserId OwnerId, DatabaseName Name, DatabaseState State, int Tables, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Where its data are. Changes when the database is moved, so that who finds them gone looks the database up anew.</summary>
    public PlacementName Placement { get; init; } = PlacementName.Sqlite;

    /// <summary>Where its file lies below the data directory, made of the id and the validated name only; empty where it is no file.</summary>
    public string FilePath => Placement == PlacementName.Sqlite ? $"{OwnerId}/{Name}.db" : "";
}
