using System.Globalization;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// Tells a table that has no id left to give from a full disk: SQLite has one code for both. With AUTOINCREMENT no id is given after the largest one, be it in use or only once given:
/// https://sqlite.org/autoinc.html.
/// </summary>
internal static class UsedUpIds
{
    /// <summary>The error for a refused insert, or null where it was not for want of an id. Undoing may have ended the transaction by now.</summary>
    public static Error? Explain(CatalogTable entry, Connection connection, ReadOnlySpan<DraftValue> values, int code)
    {
        if (ResultCodes.Primary(code) != ResultCodes.Full || entry.Table.Key is not { } key || values[key.Ordinal].Kind is not (ValueKind.Absent or ValueKind.Null))
            return null;
        return LastGiven(entry, connection) is { } last && (last == long.MaxValue || IsLastInUse(entry, connection, key.Name))
            ? new Error(ErrorCodes.Conflict, string.Create(CultureInfo.InvariantCulture, $"The table '{entry.Table.Name}' has no id left to give: {long.MaxValue} was given already. Nothing was written."))
            {
                Hint = "Another program used up the ids. Move the records to another table.",
            }
            : null;
    }

    private static bool IsLastInUse(CatalogTable entry, Connection connection, string key) =>
        connection.ExecuteInteger($"SELECT max({Identifier.Quote(key)}) FROM {Identifier.Quote(entry.Table.Name)}") == long.MaxValue;

    /// <summary>Null for a table without AUTOINCREMENT, which gives ids that are free.</summary>
    private static long? LastGiven(CatalogTable entry, Connection connection)
    {
        var select = connection.Prepare("SELECT CAST(seq AS INTEGER) FROM sqlite_sequence WHERE name = ?1");
        try
        {
            select.Bind(1, entry.Table.Name);
            return select.Step() ? select.Integer(0) : null;
        }
        finally
        {
            select.Reset();
        }
    }
}
