using System.Globalization;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Rows;

/// <summary>What a client hears of its records, in the same words from every engine.</summary>
internal static class RecordErrors
{
    /// <summary>A constraint or a trigger of a table that Nebula did not make dropped the change without an error.</summary>
    public static Error Ignored { get; } = new(ErrorCodes.Conflict, "The table ignored the change, by a constraint or a trigger of its own.");

    /// <summary>Of an import in which records refer to others of their own table.</summary>
    public static Error DanglingReferences { get; } = new(ErrorCodes.ForeignKeyViolation, "Rows refer to records that neither the table nor the body has.");

    public static Error NotFound(RecordId id) => new(ErrorCodes.RecordNotFound, $"There is no record {id} in this table.");

    public static Error TooMany(long maxAffected) =>
        new(ErrorCodes.MaxAffectedExceeded, string.Create(CultureInfo.InvariantCulture, $"More than {maxAffected} records match; nothing was changed."))
        {
            Hint = "Narrow the filter, or raise max_affected.",
        };

    public static Error WithoutKey(Table table) =>
        new(ErrorCodes.Conflict, $"The table '{table.Name}' has neither a key nor a rowid that its records could be told apart by.");

    public static Error WithoutOrder(Table table) =>
        new(ErrorCodes.Conflict, $"The table '{table.Name}' has neither a key nor a rowid that could be read by, so it can't be exported.");
}
