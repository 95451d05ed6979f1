using System.Data.Common;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Storage.Metadata;

/// <summary>The databases' entries in the metadata, as far as both engines have the same. Gives none that is being deleted.</summary>
/// <param name="forNew">The placements that take new databases, of which the emptiest gets the next.</param>
internal sealed class RegisteredDatabases(IMetadata metadata, IReadOnlyList<PlacementName> forNew, TimeProvider clock)
{
    /// <summary>What <see cref="Map"/> reads.</summary>
    public const string Columns = "database_id, owner_id, db_name, state, tables, created_at, updated_at, placement";

    /// <summary>What <see cref="Database.Tables"/> holds while the number is not known.</summary>
    public const int UnknownTables = -1;

    private readonly string _databases = metadata.Table("databases");

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => metadata.ReadAsync(
        s => s.FindAsync($"SELECT {Columns} FROM {_databases} WHERE database_id = @id AND state <> 'deleting'", Map, ("@id", id.Value)), ct);

    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => metadata.ReadAsync(
        s => s.FindAsync(
            $"SELECT {Columns} FROM {_databases} WHERE owner_id = @owner AND {metadata.IsNamed("db_name", "@name")} AND state <> 'deleting'",
            Map, ("@owner", owner.ToString()), ("@name", MetadataSession.Fold(name.Value))),
        ct);

    public ValueTask<List<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) => metadata.ReadAsync(
        s => s.QueryAsync(
            $"SELECT {Columns} FROM {_databases} WHERE owner_id = @owner AND state <> 'deleting' ORDER BY database_id LIMIT @limit OFFSET @offset",
            Map, ("@owner", owner.ToString()), ("@limit", limit), ("@offset", offset)),
        ct);

    public async ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => await metadata.ReadAsync(s => CountAsync(s, owner), ct);

    /// <summary>Fails with database_exists, quota_exceeded or user_not_found.</summary>
    /// <param name="most">How many the owner may have; null for any number.</param>
    public async ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct)
    {
        try
        {
            return await metadata.WriteAsync<Result<Database>>(
                async s =>
                {
                    if (most is { } bound && await FindExcessAsync(s, owner, bound) is { } excess)
                        return excess;
                    var added = await s.QueryAsync(
                        $"INSERT INTO {_databases} (owner_id, db_name, state, created_at, updated_at, placement) VALUES (@owner, @name, 'registered', @now, @now, @placement) RETURNING {Columns}",
                        Map, ("@owner", owner.ToString()), ("@name", name.Value), ("@now", Timestamps.ToText(clock.GetUtcNow())), ("@placement", (await ChooseAsync(s)).Value));
                    return added[0];
                },
                ct);
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return Exists(name);
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.ForeignKey)
        {
            return OwnerGone;
        }
    }

    /// <summary>Whether one more would be too many. The account's row is held, so that two servers don't count at the same time.</summary>
    private async ValueTask<Error?> FindExcessAsync(MetadataSession session, UserId owner, long bound)
    {
        await session.QueryAsync($"SELECT 1 FROM {metadata.Table("users")} WHERE user_id = @owner{metadata.HoldingRowsAlone}", _ => true, ("@owner", owner.ToString()));
        return DatabaseCount.Excess(await CountAsync(session, owner), bound);
    }

    private async ValueTask<long> CountAsync(MetadataSession session, UserId owner) =>
        (await session.QueryAsync(DatabaseCount.Sql(_databases), r => r.GetInt64(0), ("@owner", owner.ToString())))[0];

    /// <summary>The placement with the fewest databases; of two the one that was named first.</summary>
    private async ValueTask<PlacementName> ChooseAsync(MetadataSession session)
    {
        if (forNew.Count == 1)
            return forNew[0];
        var counts = await session.QueryAsync($"SELECT placement, count(*) FROM {_databases} GROUP BY placement", r => (Name: r.GetString(0), Databases: r.GetInt64(1)));
        return forNew.MinBy(placement => counts.FirstOrDefault(c => c.Name == placement.Value).Databases);
    }

    public static Database Map(DbDataReader r) => new(
        new DatabaseId(r.GetInt64(0)),
        new UserId(Guid.Parse(r.GetString(1))),
        NameOf(r.GetString(2)),
        Enum.Parse<DatabaseState>(r.GetString(3), ignoreCase: true),
        r.IsDBNull(4) ? UnknownTables : r.GetInt32(4),
        r.GetTime(5),
        r.GetTime(6))
    {
        Placement = PlacementOf(r.GetString(7)),
    };

    private static PlacementName PlacementOf(string text) =>
        PlacementName.TryParse(text, out var name) ? name : throw new InvalidDataException($"The metadata hold the name of a placement that is none: '{text}'.");

    public static DatabaseName NameOf(string text) =>
        DatabaseName.Parse(text).TryGet(out var name, out var error) ? name : throw new InvalidDataException($"The metadata holds a database name that is none: {error.Message}");

    public static Error Exists(DatabaseName name) => new(ErrorCodes.DatabaseExists, $"You have a database '{name}' already.");

    /// <summary>What can't be put in place because the data are in a placement that has no part in it.</summary>
    public static Error Elsewhere(Database database) => new(ErrorCodes.Conflict, $"The data of the database are in the placement '{database.Placement}', where they can't be overwritten.")
    {
        Hint = "Move the database back first, or restore it under another name.",
    };

    public static Error OwnerGone { get; } = new(ErrorCodes.UserNotFound, "The account was deleted.");
}
