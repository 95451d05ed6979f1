using Nebula.Core.Accounts;
using Nebula.Core.Auditing;

namespace Nebula.Core.Databases.Moving;

/// <summary>Moves of databases, as the operator asks for them.</summary>
public sealed class MoveService(IAccountStore accounts, IDatabaseStore databases, IDatabaseMover mover, AuditLog audit)
{
    /// <summary>Fails with invalid_parameter, user_not_found, database_not_found, or as the mover does.</summary>
    /// <param name="database">The owner's e-mail address, a slash, and the database's name.</param>
    public async ValueTask<Result<MoveReport>> MoveAsync(string database, string to, IProgress<MoveProgress> progress, CancellationToken ct)
    {
        if (!PlacementName.TryParse(to, out var placement))
            return new Error(ErrorCodes.InvalidParameter, $"'{Excerpt.Of(to)}' is no name of a placement.");
        if (!DatabaseAddress.Parse(database).TryGet(out var address, out var error))
            return error;
        return (await address.FindAsync(accounts, databases, ct)).TryGet(out var found, out error)
            ? await audit.RunAsync(EventOf(found.Database, placement), () => mover.MoveAsync(found.Database, placement, progress, ct), ct)
            : error;
    }

    private static AuditEvent EventOf(Database database, PlacementName placement) => new(database.OwnerId, AuditActor.Operator, AuditActions.DatabaseMove)
    {
        DatabaseId = database.Id,
        DatabaseName = database.Name,
        Subject = placement.Value,
    };
}
