using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Tables;

namespace Nebula.Api.Tables;

/// <summary>A table in the list, with the fields that SQLite's own catalogue has.</summary>
internal sealed record TableView(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("tbl_name")] string TblName,
    [property: JsonPropertyName("rootpage")] string RootPage,
    [property: JsonPropertyName("sql")] string Sql,
    [property: JsonPropertyName("createdAt")] string CreatedAt,
    [property: JsonPropertyName("columns")] IReadOnlyList<TableColumnView> Columns)
{
    public static TableView Of(Table table) => new(
        "table", table.Name, table.Name, table.RootPage.ToString(CultureInfo.InvariantCulture), table.Sql, Timestamps.ToText(table.CreatedAt),
        [.. table.Columns.Select(TableColumnView.Of)]);
}

/// <summary>A column in the list of tables: <c>cid</c> a string, flags as 0 and 1.</summary>
internal sealed record TableColumnView(
    [property: JsonPropertyName("cid")] string Cid,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("notnull")] int NotNull,
    [property: JsonPropertyName("dflt_value")] string? DefaultValue,
    [property: JsonPropertyName("pk")] int PrimaryKey)
{
    public static TableColumnView Of(Column column) => new(
        column.Ordinal.ToString(CultureInfo.InvariantCulture), column.Name, column.DeclaredType, column.IsNullable ? 0 : 1, column.DefaultSql, column.IsPrimaryKey ? 1 : 0);
}

/// <summary>A column in a table's schema: <c>pk</c> a boolean.</summary>
internal sealed record SchemaColumnView(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("pk")] bool PrimaryKey,
    [property: JsonPropertyName("cid")] string Cid,
    [property: JsonPropertyName("notnull")] int NotNull,
    [property: JsonPropertyName("dflt_value")] string? DefaultValue,
    [property: JsonPropertyName("nullable")] bool Nullable,
    [property: JsonPropertyName("unique")] bool Unique)
{
    public static SchemaColumnView Of(Column column) => new(
        column.Name, column.DeclaredType, column.IsPrimaryKey, column.Ordinal.ToString(CultureInfo.InvariantCulture), column.IsNullable ? 0 : 1, column.DefaultSql,
        column.IsNullable, column.IsUnique);
}

internal sealed record TableListAnswer([property: JsonPropertyName("tables")] IReadOnlyList<TableView> Tables);

/// <param name="Table">The table as it was declared: sent back, it makes the same table.</param>
/// <param name="Indexes">Every index that there is, those behind UNIQUE, PRIMARY KEY and references included, by the name that the database has for it.</param>
internal sealed record TableSchemaAnswer(
    [property: JsonPropertyName("schema")] IReadOnlyList<SchemaColumnView> Schema,
    [property: JsonPropertyName("table")] JsonElement? Table,
    [property: JsonPropertyName("indexes")] IReadOnlyList<IndexView> Indexes)
{
    public static TableSchemaAnswer Of(Table table) =>
        new([.. table.Columns.Select(SchemaColumnView.Of)], DeclarationOf(table), [.. table.Indexes.Select(IndexView.Of), .. IndexView.OfFullText(table)]);

    public static JsonElement? DeclarationOf(Table table)
    {
        if (table.Definition is not { } definition)
            return null;
        using var json = JsonDocument.Parse(TableDefinitionJson.Write(definition));
        return json.RootElement.Clone();
    }
}

internal sealed record IndexView(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("columns")] IReadOnlyList<string> Columns,
    [property: JsonPropertyName("unique")] bool Unique,
    [property: JsonPropertyName("partial")] bool Partial,
    [property: JsonPropertyName("type")] string? Type)
{
    public static IndexView Of(TableIndex index) => new(index.Name, [.. index.Columns.Select(c => c.Name)], index.IsUnique, index.IsPartial, null);

    public static IEnumerable<IndexView> OfFullText(Table table) =>
        table.FullText is { } index ? [new(index.Name, [.. index.Columns.Select(c => c.Name)], false, false, "fulltext")] : [];
}

internal sealed record TableCreatedAnswer(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("table_name")] string TableName);

/// <param name="Table">The table as it is declared now.</param>
internal sealed record TableAlteredAnswer(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("table_name")] string TableName,
    [property: JsonPropertyName("table")] JsonElement? Table);
