using Nebula.Core;
using Nebula.Core.Tables;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Removes a table with its rows, unless another one refers to it.</summary>
internal static class DropTable
{
    public static async Task<Error?> RunAsync(SchemaChange change, Table opened, CancellationToken ct)
    {
        // By identity: it may have been renamed, or dropped and made anew, since the caller was let in.
        if (change.Catalog.Find(opened.Id) is not { Table: var table })
            return new Error(ErrorCodes.TableNotFound, $"There is no table '{opened.Name}' in this database.");
        if (change.Catalog.Tables.FirstOrDefault(t => t.Id != table.Id && t.ForeignKeys.Any(k => k.TargetTable == table.Name)) is { } referrer)
            return new Error(ErrorCodes.TableReferenced, $"The table '{referrer.Name}' refers to '{table.Name}'.") { Hint = "Drop that table first." };

        await change.ExecuteAsync([$"DROP TABLE {change.Dialect.Table(table.Name)}"], ct);
        await TableEntries.RemoveAsync(change, table.Id, ct);
        return null;
    }
}
