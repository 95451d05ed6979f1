using Nebula.Core.Databases;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>What a query is read for: the table, what its caller may see around it, and the moment that <c>@now</c> is.</summary>
public readonly record struct QueryContext(DatabaseId Database, Table Table, SchemaView Schema, DateTimeOffset Now, CursorSigner Cursors)
{
    /// <summary>The context of a query on an opened table.</summary>
    public static QueryContext Of(OpenTable table, TimeProvider clock, CursorSigner cursors) =>
        new(table.Database.Id, table.Table, table.Schema, clock.GetUtcNow(), cursors);
}
