using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Reading;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Records: point reads run inline, lists run bounded and under a deadline, writes go through the database's writer.</summary>
internal sealed class SqliteRecordStore(DatabasePool pool, Scanner scanner) : IRecordStore
{
    public async ValueTask<Result<Record>> GetAsync(OpenTable table, RecordId id, IReadOnlyList<Column>? fields, CancellationToken ct)
    {
        // Nothing here is asynchronous for a database that is open and a reader that is free.
        if (!(await pool.LeaseAsync(table.Database.Id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
        {
            var database = lease.Database;
            Connection? reader = null;
            try
            {
                reader = database.TryRentReader();
                if (reader is null && !(await database.RentReaderAsync(ct)).TryGet(out reader, out error))
                    return error;
                return PointRead.Get(database, reader, table.Table, id, fields);
            }
            catch (SqliteFaultException e)
            {
                return ReadFault.ToError(database, [table.Table], e, ct);
            }
            finally
            {
                if (reader is not null)
                    database.ReturnReader(reader);
            }
        }
    }

    public ValueTask<Result<RecordPage>> ListAsync(OpenTable table, RecordQuery query, CancellationToken ct) => scanner.RunAsync(
        table.Database.Id, [table.Table, .. query.OtherTables], (database, reader) => PageRead.ListAsync(database, reader, table.Table, query, ct), ct);

    public ValueTask<Result<Record>> InsertAsync(OpenTable table, RecordDraft draft, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new InsertRecord(table, draft, ct) { Once = once }, ct);

    public ValueTask<Result<Record>> UpdateAsync(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new UpdateRecord(table, id, draft, ifMatch, ct) { Once = once }, ct);

    public ValueTask<Result<Done>> DeleteAsync(OpenTable table, RecordId id, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new DeleteRecord(table, id, ifMatch, ct) { Once = once }, ct);
}
