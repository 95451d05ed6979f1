using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Moves the records of a table into the one that takes its place.</summary>
internal static class RowCopy
{
    /// <summary>Fails with unique_violation. Throws for a check of the new table: whoever calls looks for the records that break it.</summary>
    public static Error? Run(Connection connection, TableAlteration alteration, string from, string to, IReadOnlyList<string> columns)
    {
        var names = string.Join(", ", columns.Select(Identifier.Quote));
        var converted = columns.Select(c => alteration.AlteredColumns.FirstOrDefault(a => a.ChangesType && a.After.Name == c)).ToList();
        if (converted.TrueForAll(c => c is null))
        {
            connection.Execute($"INSERT INTO {to} ({names}) SELECT {names} FROM {from}");
            return null;
        }

        var select = connection.Prepare($"SELECT {names} FROM {from}");
        var insert = connection.Prepare($"INSERT INTO {to} ({names}) VALUES ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))})");
        var types = converted.Select(c => c is null ? default : (From: c.Before.ToColumn(0), To: c.After.ToColumn(0))).ToList();
        try
        {
            while (select.Step())
            {
                for (var i = 0; i < columns.Count; i++)
                {
                    var value = select.Value(i).ToTyped();
                    if (!value.IsNull && types[i] is { From: { } before, To: { } after } && !ValueConversion.TryConvert(before, after, value, out value))
                        throw new InvalidOperationException("A value can't be converted that could be before.");
                    DraftBinding.Bind(insert, i + 1, value);
                }

                var code = insert.TryStep();
                insert.Reset();
                if (ResultCodes.Primary(code) == ResultCodes.Constraint && code != ResultCodes.ConstraintCheck)
                    return Violation(code, columns[0], select.Value(0).ToTyped());
                if (code != ResultCodes.Done)
                    throw connection.Fault(code);
            }
        }
        finally
        {
            select.Reset();
            insert.Reset();
        }

        return null;
    }

    private static Error Violation(int code, string key, TypedValue id)
    {
        var error = SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable;
        return error with { Details = [new FieldError(key, FieldCodes.Unique, $"{(id.Kind == ValueKind.Text ? id.AsText() : id.ToString())} is a record in the way")] };
    }
}
