using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Compares <c>If-Match</c> with the record inside the write, so that nothing can come between.</summary>
internal static class PreconditionCheck
{
    public static Error? Fails(CatalogTable entry, Connection connection, RecordId id, Precondition ifMatch)
    {
        if (ifMatch.IsNone)
            return null;

        using var json = new Utf8Buffer();
        var get = connection.Prepare(entry.Sql.Get);
        try
        {
            get.Bind(1, id.Value);
            if (!get.Step())
                return NotFound(id);
            entry.Json.Write(json, get);
        }
        finally
        {
            get.Reset();
        }

        return ifMatch.Allows(EntityTag.Of(json.Span)) ? null : Precondition.Failed;
    }

    public static Error NotFound(RecordId id) => new(ErrorCodes.RecordNotFound, $"There is no record {id} in this table.");
}
