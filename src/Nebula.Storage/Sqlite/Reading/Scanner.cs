using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Runs what reads many rows: bounded in each database and in the whole process, under a deadline, interrupted when the client leaves. Thread-safe.</summary>
internal sealed class Scanner(DatabasePool pool, ScanGate gate, StorageOptions options)
{
    /// <param name="tables">Every table that is read, for what is said when one of them changed meanwhile.</param>
    public async ValueTask<Result<T>> RunAsync<T>(
        DatabaseId id, IReadOnlyList<Table> tables, Func<OpenDatabase, Connection, ValueTask<Result<T>>> read, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
        {
            var database = lease.Database;
            Connection? reader = null;
            try
            {
                // The database's own bound first: those who wait for it must not take the places of other databases.
                if (!(await database.RentScannerAsync(ct)).TryGet(out reader, out error))
                    return error;
                if (!(await gate.EnterAsync(ct)).TryGet(out var entered, out error))
                    return error;
                using (entered)
                {
                    reader.SetDeadline(options.QueryTimeout, ct);
                    var got = await read(database, reader);
                    if (AreCurrent(database, tables))
                        return got;
                    if (got.TryGet(out var value, out _))
                        (value as IDisposable)?.Dispose();
                    return Error.StaleTable;
                }
            }
            catch (SqliteFaultException e)
            {
                return ReadFault.ToError(database, tables, e, ct);
            }
            finally
            {
                if (reader is not null)
                    database.ReturnScanner(reader);
            }
        }
    }

    private static bool AreCurrent(OpenDatabase database, IReadOnlyList<Table> tables)
    {
        for (var i = 0; i < tables.Count; i++)
        {
            if (!database.IsCurrent(tables[i]))
                return false;
        }

        return true;
    }
}
