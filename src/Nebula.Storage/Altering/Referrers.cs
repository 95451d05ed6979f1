using Nebula.Core;
using Nebula.Core.Tables;

namespace Nebula.Storage.Altering;

/// <summary>What others need of a table: columns that they refer to stay, stay unique, and keep their type.</summary>
internal static class Referrers
{
    public static Error? Find(DatabaseSchema schema, Table table, TableAlteration alteration)
    {
        foreach (var referrer in schema.Tables)
        {
            foreach (var key in referrer.ForeignKeys.Where(k => schema.Find(k.TargetTable) == table))
            {
                var isOwn = referrer == table;
                if (isOwn && IsGone(key.Column.Name))
                    continue; // both ends go
                if (key.TargetColumn is null || table.Find(key.TargetColumn) is not { Role: ColumnRole.Data } target)
                    continue;
                if (Fault(target) is { } fault)
                    return new Error(ErrorCodes.TableReferenced, $"'{referrer.Name}.{key.Column.Name}' refers to '{target.Name}', which {fault}.") { Hint = "Change that reference first." };
            }
        }

        return null;

        bool IsGone(string column) => alteration.DroppedColumns.Contains(column, StringComparer.OrdinalIgnoreCase);

        string? Fault(Column target)
        {
            if (IsGone(target.Name))
                return "therefore can't be dropped";
            var name = alteration.RenamedColumns.FirstOrDefault(r => r.From == target.Name) is { To: { } to } ? to : target.Name;
            if (alteration.AlteredColumns.FirstOrDefault(a => a.After.Name == name) is { ChangesType: true })
                return "therefore can't change its type";
            var isUnique = target.IsPrimaryKey || alteration.After.Find(name)?.IsUnique == true || alteration.After.Indexes.Any(i =>
                i is { IsUnique: true, Where: null, Columns: [var only] } && only.Equals(name, StringComparison.OrdinalIgnoreCase));
            return isUnique || !target.IsUnique ? null : "therefore has to stay unique";
        }
    }
}
