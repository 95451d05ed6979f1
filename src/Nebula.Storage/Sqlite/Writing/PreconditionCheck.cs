using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Compares <c>If-Match</c> with the record inside the write, so that nothing can come between.</summary>
internal static class PreconditionCheck
{
    public static Error? Fails(CatalogTable entry, Connection connection, RecordId id, Precondition ifMatch)
    {
        if (ifMatch.IsNone)
            return null;

        using var json = new Utf8Buffer();
        var get = WriteStatement.Prepare(connection, entry.Table, entry.Sql.GetToChange);
        try
        {
            DraftBinding.Bind(get, 1, id);
            if (!get.Step())
                return RecordErrors.NotFound(id);
            entry.Json.Write<StatementRow, ColumnValue>(json, new(get));
        }
        finally
        {
            get.Reset();
        }

        return ifMatch.Allows(EntityTag.Of(json.Span)) ? null : Precondition.Failed;
    }

    /// <summary>Why a statement changed nothing: the record is not there, or the table is another program's and ignores what it does not like.</summary>
    public static Error NotChanged(CatalogTable entry, Connection connection, RecordId id)
    {
        var get = WriteStatement.Prepare(connection, entry.Table, entry.Sql.Get);
        try
        {
            DraftBinding.Bind(get, 1, id);
            return get.Step() ? RecordErrors.Ignored : RecordErrors.NotFound(id);
        }
        finally
        {
            get.Reset();
        }
    }
}
