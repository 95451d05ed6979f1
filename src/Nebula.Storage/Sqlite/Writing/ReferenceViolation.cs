using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>SQLite does not say which reference was violated; it is found by looking for what the record refers to.</summary>
internal static class ReferenceViolation
{
    /// <param name="values">The record's, in catalogue order.</param>
    /// <param name="bytes">What they point into, pinned.</param>
    public static unsafe Error Explain(CatalogTable entry, Connection connection, ReadOnlySpan<DraftValue> values, byte* bytes)
    {
        var missing = new List<FieldError>();
        foreach (var key in entry.Table.ForeignKeys)
        {
            // Without a column it is the target's key, which the statement itself can't name.
            if (key.TargetColumn is null || values[key.Column.Ordinal].Kind is ValueKind.Absent or ValueKind.Null)
                continue;
            if (!IsThere(connection, key, values[key.Column.Ordinal], bytes))
                missing.Add(new FieldError(key.Column.Name, FieldCodes.Invalid, $"refers to no record of '{key.TargetTable}'"));
        }

        return missing.Count > 0 ? Error.Of(ErrorCodes.ForeignKeyViolation, missing) : SqliteErrors.Translate(ResultCodes.ConstraintForeignKey) ?? SqliteErrors.Unavailable;
    }

    private static unsafe bool IsThere(Connection connection, ForeignKey key, in DraftValue value, byte* bytes)
    {
        var find = connection.Prepare($"SELECT 1 FROM {Identifier.Quote(key.TargetTable)} WHERE {Identifier.Quote(key.TargetColumn ?? "")} = ?1");
        try
        {
            DraftBinding.Bind(find, 1, value, bytes);
            return find.Step();
        }
        finally
        {
            find.Reset();
        }
    }
}
