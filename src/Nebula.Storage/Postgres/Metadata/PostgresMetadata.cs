using Nebula.Core;
using Nebula.Storage.Metadata;
using Npgsql;

namespace Nebula.Storage.Postgres.Metadata;

/// <summary>The metadata in the schema <c>nebula</c>. Every statement is seen by all servers that share it as soon as it is committed.</summary>
/// <param name="open">Gives a connection to the server.</param>
internal sealed class PostgresMetadata(PostgresServer server, Func<CancellationToken, ValueTask<NpgsqlConnection>> open) : IMetadata
{
    private const int Attempts = 3;

    public string HoldingRows => " FOR SHARE";

    public string HoldingRowsAlone => " FOR NO KEY UPDATE";

    public string Table(string name) => $"nebula.{name}";

    public string IsNamed(string column, string parameter) => $"lower({column}) = {parameter}";

    public string IsAnyOf(string column, string parameter) => $"{column} IN (SELECT id::bigint FROM json_array_elements_text(CAST({parameter} AS json)) AS ids (id))";

    public string TakingId(string table, string column) => $"SELECT nextval(pg_get_serial_sequence('nebula.{table}', '{column}'))";

    public ValueTask<T> ReadAsync<T>(Func<MetadataSession, ValueTask<T>> read, CancellationToken ct) => RunAsync(read, inTransaction: false, ct);

    public ValueTask<T> WriteAsync<T>(Func<MetadataSession, ValueTask<T>> write, CancellationToken ct) => RunAsync(write, inTransaction: true, ct);

    private async ValueTask<T> RunAsync<T>(Func<MetadataSession, ValueTask<T>> run, bool inTransaction, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isCommitting = false;
            try
            {
                await using var connection = await open(ct);
                await using var transaction = inTransaction ? await connection.BeginTransactionAsync(ct) : null;
                var result = await run(new MetadataSession(connection, ct));
                isCommitting = true;
                if (transaction is not null)
                    await transaction.CommitAsync(ct);
                return result;
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("23", StringComparison.Ordinal))
            {
                throw new ConstraintException(KindOf(e), e);
            }
            catch (Exception e) when (attempt < Attempts && (PostgresErrors.CanRunAgain(e) || (!isCommitting && PostgresErrors.IsConnectionLost(e))))
            {
                // Nothing was committed. A connection that broke was one of many to a server that went away.
                if (PostgresErrors.IsConnectionLost(e))
                    server.ForgetConnections();
            }
            catch (UnavailableException e)
            {
                server.Faults.Note(e, database: null);
                throw;
            }
            catch (Exception e) when (PostgresErrors.Translate(e) is { } error)
            {
                server.Faults.Note(e, database: null);
                throw new UnavailableException(error == Error.StaleTable ? StorageErrors.Unavailable : error, e);
            }
        }
    }

    private static ConstraintKind KindOf(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => ConstraintKind.Unique,
        PostgresErrorCodes.ForeignKeyViolation => ConstraintKind.ForeignKey,
        _ => ConstraintKind.Other,
    };
}
