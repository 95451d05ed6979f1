using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>What becomes of a fault while reading.</summary>
internal static class ReadFault
{
    public static Error ToError(OpenDatabase database, Table table, SqliteFaultException e, CancellationToken ct)
    {
        var code = ResultCodes.Primary(e.Code);
        if (code == ResultCodes.Interrupt)
            ct.ThrowIfCancellationRequested(); // interrupted because the client left

        // A statement that no longer fits the schema: it was changed between the look at the catalogue and the read.
        if (code is ResultCodes.Error or ResultCodes.Schema)
        {
            database.CatchUp();
            if (database.Catalog.Find(table) is null)
                return Error.StaleTable;
        }

        if (SqliteErrors.IsCorruption(e.Code) || SqliteErrors.IsInputOutput(e.Code))
            database.Break(e);
        return SqliteErrors.Translate(e.Code) ?? throw e;
    }
}
