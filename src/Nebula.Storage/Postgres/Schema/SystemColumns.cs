using System.Collections.Frozen;
using Nebula.Core;
using Nebula.Core.Tables;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>The names of the columns that PostgreSQL itself has in every table: https://www.postgresql.org/docs/current/ddl-system-columns.html.</summary>
internal static class SystemColumns
{
    private static readonly FrozenSet<string> _names = FrozenSet.ToFrozenSet(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"], StringComparer.Ordinal);

    /// <summary>The fault of columns with such names, or null. Names are told apart by case, so only these very ones can't be had.</summary>
    public static Error? Find(IEnumerable<ColumnDefinition> columns)
    {
        var faults = columns.Where(c => _names.Contains(c.Name)).Select(c => new FieldError(c.Name, FieldCodes.Reserved, "is the name of a column that PostgreSQL has in every table")).ToList();
        return faults.Count > 0 ? Error.Of(ErrorCodes.InvalidSchema, faults) : null;
    }
}
