using System.Text;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Writes what Nebula keeps of each table: what SQL can't say of it.</summary>
internal static class TableEntries
{
    /// <summary>Enters a new table.</summary>
    /// <param name="timestamps">A comma list of the timestamps that Nebula keeps in it.</param>
    /// <param name="definition">What was declared; null for a table that another program made.</param>
    public static async Task<TableId> AddAsync(SchemaChange change, string name, string timestamps, DateTimeOffset createdAt, TableDefinition? definition, CancellationToken ct) => new(await change.CountAsync(
        $"INSERT INTO {change.Dialect.Table(OwnTables.Tables)} (name, timestamps, created_at, definition) VALUES ($1, $2, $3, $4) RETURNING table_id",
        [Binding.Of(name), Binding.Of(timestamps), Binding.Of(Timestamps.ToText(createdAt)), Of(definition)], ct));

    /// <summary>Enters a table under the id that it has already.</summary>
    public static Task AddAsync(SchemaChange change, TableId id, string name, string timestamps, DateTimeOffset createdAt, TableDefinition? definition, CancellationToken ct) => change.ExecuteAsync(
        $"INSERT INTO {change.Dialect.Table(OwnTables.Tables)} (table_id, name, timestamps, created_at, definition) VALUES ($1, $2, $3, $4, $5)",
        [Binding.Of(id.Value), Binding.Of(name), Binding.Of(timestamps), Binding.Of(Timestamps.ToText(createdAt)), Of(definition)], ct);

    /// <summary>Enters what a table is called and how it is declared from now on.</summary>
    public static Task SetAsync(SchemaChange change, TableId id, string name, TableDefinition definition, CancellationToken ct) => change.ExecuteAsync(
        $"UPDATE {change.Dialect.Table(OwnTables.Tables)} SET name = $2, definition = $3 WHERE table_id = $1", [Binding.Of(id.Value), Binding.Of(name), Of(definition)], ct);

    public static Task RemoveAsync(SchemaChange change, TableId id, CancellationToken ct) =>
        change.ExecuteAsync($"DELETE FROM {change.Dialect.Table(OwnTables.Tables)} WHERE table_id = $1", [Binding.Of(id.Value)], ct);

    private static NpgsqlParameter Of(TableDefinition? definition) => definition is null
        ? Binding.Of(TypedValue.Null, SqlType.Text)
        : Binding.Of(Encoding.UTF8.GetString(TableDefinitionJson.Write(definition)));
}
