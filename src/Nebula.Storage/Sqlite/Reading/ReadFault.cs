using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>What becomes of a fault while reading.</summary>
internal static class ReadFault
{
    /// <param name="tables">Every table that was read.</param>
    public static Error ToError(OpenDatabase database, IEnumerable<Table> tables, SqliteFaultException e, CancellationToken ct)
    {
        var code = ResultCodes.Primary(e.Code);
        if (code == ResultCodes.Interrupt)
            ct.ThrowIfCancellationRequested(); // interrupted because the client left

        // A statement that no longer fits the schema: it was changed between the look at the catalogue and the read.
        if (code is ResultCodes.Error or ResultCodes.Schema)
        {
            database.CatchUp();
            if (tables.Any(t => database.Catalog.Find(t) is null))
                return Error.StaleTable;
        }

        // While rows are computed SQLite has no other code for a sum or a function that goes beyond 64 bits; other faults of a statement show when it is prepared.
        if (code == ResultCodes.Error && !e.IsOfPreparing)
            return SqliteErrors.Overflow;

        if (SqliteErrors.IsCorruption(e.Code) || SqliteErrors.IsInputOutput(e.Code))
            database.Break(e);
        return SqliteErrors.Translate(e.Code) ?? throw e;
    }
}
