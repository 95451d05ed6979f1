using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Storage.Migrations;
using Npgsql;

namespace Nebula.Storage.Postgres.Metadata;

/// <summary>Brings the schema <c>nebula</c> up to date. Several servers may do so at once.</summary>
internal static class MetadataSchema
{
    private static readonly Version _oldest = new(13, 0);

    /// <summary>
    /// Gives the server's version. Throws <see cref="MigrationException"/>, <see cref="NotSupportedException"/> for a server that is too old or does not keep UTF-8, or <see cref="UnavailableException"/> with a message for the
    /// operator that names no secret.
    /// </summary>
    public static async Task<string> MigrateAsync(PostgresServer server, TimeProvider clock, ILogger logger, CancellationToken ct)
    {
        try
        {
            await using var connection = await server.OpenAsync(ct);
            await CheckAsync(connection, ct);
            MigrationRunner.Run(connection, MigrationSql.Postgres, Migration.All("Postgres"), clock, logger);
            return connection.PostgreSqlVersion.ToString();
        }
        catch (UnavailableException e)
        {
            throw new UnavailableException(new Error(ErrorCodes.Unavailable, $"PostgreSQL at {server.Address} can't be reached: {ReasonOf(e.InnerException)}. See DATABASE_URL."), e.InnerException);
        }
        catch (NpgsqlException e)
        {
            throw new UnavailableException(new Error(ErrorCodes.Unavailable, $"PostgreSQL at {server.Address} refused to make the schema nebula: {ReasonOf(e)}. See DATABASE_URL."), e);
        }
    }

    private static async Task CheckAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (connection.PostgreSqlVersion < _oldest)
            throw new NotSupportedException($"Nebula needs PostgreSQL {_oldest.Major} or newer; this one is {connection.PostgreSqlVersion}.");
        await using var select = new NpgsqlCommand("SELECT current_setting('server_encoding')", connection);
        if (await select.ExecuteScalarAsync(ct) is string encoding && encoding != "UTF8")
            throw new NotSupportedException($"The database keeps texts as {encoding}; Nebula needs one that was made with ENCODING 'UTF8'.");

        // With it off, a backslash in the default of a column would end the text that it stands in.
        await using var strings = new NpgsqlCommand("SELECT current_setting('standard_conforming_strings')", connection);
        if (await strings.ExecuteScalarAsync(ct) is "off")
            throw new NotSupportedException("The database has standard_conforming_strings turned off; Nebula needs it on, as it is by default.");

        // Under another one a write could miss what was committed while it waited for a lock: the fence of a move among that. Only a pooler keeps us from asking for it ourselves.
        await using var isolation = new NpgsqlCommand("SELECT current_setting('default_transaction_isolation')", connection);
        if (await isolation.ExecuteScalarAsync(ct) is string level and not "read committed")
            throw new NotSupportedException($"The database has default_transaction_isolation set to '{level}'; Nebula needs 'read committed', as it is by default.");
    }

    private static string ReasonOf(Exception? e) => e switch
    {
        PostgresException known => known.MessageText.TrimEnd('.'),
        { InnerException: { } inner } => inner.Message.TrimEnd('.'),
        _ => e?.Message.TrimEnd('.') ?? "no answer",
    };
}
