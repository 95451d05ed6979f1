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
        var slash = database.LastIndexOf('/');
        if (slash <= 0)
            return new Error(ErrorCodes.InvalidParameter, "A database is named by its owner's e-mail address and its name, as in ada@example.org/shop.");
        if (!DatabaseName.Parse(database[(slash + 1)..]).TryGet(out var name, out var error))
            return error;
        if (await accounts.FindByEmailAsync(database[..slash], ct) is not { } account)
            return new Error(ErrorCodes.UserNotFound, $"There is no account '{Excerpt.Of(database[..slash])}'.");
        return await databases.FindAsync(account.Id, name, ct) is { } found
            ? await audit.RunAsync(EventOf(found, placement), () => mover.MoveAsync(found, placement, progress, ct), ct)
            : new Error(ErrorCodes.DatabaseNotFound, $"The account has no database '{name}'.");
    }

    private static AuditEvent EventOf(Database database, PlacementName placement) => new(database.OwnerId, AuditActor.Operator, AuditActions.DatabaseMove)
    {
        DatabaseId = database.Id,
        DatabaseName = database.Name,
        Subject = placement.Value,
    };
}
