using System.Globalization;
using Nebula.Core;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Makes indexes inside of a change of the schema.</summary>
internal static class IndexChanges
{
    /// <summary>Makes all indexes of a new table, those that references bring along included. Fails with conflict for a name that is taken.</summary>
    public static async Task<Error?> CreateAllAsync(SchemaChange change, TableDefinition table, CancellationToken ct)
    {
        var shape = table.ToShape();
        foreach (var index in table.Indexes.Concat(IndexSql.ForReferences(table)))
        {
            if (await CreateAsync(change, shape, index, ct) is { } error)
                return error;
        }

        return null;
    }

    /// <summary>Makes one index. Fails with conflict for a name that is taken.</summary>
    /// <param name="shape">The table's columns as they are by now.</param>
    public static async Task<Error?> CreateAsync(SchemaChange change, Table shape, IndexDefinition index, CancellationToken ct)
    {
        var columns = index.Columns.Select(c => shape.Find(c)?.Name ?? c).ToList(); // as the table has them written
        if (index.IsFullText)
        {
            await CreateFullTextAsync(change, shape.Name, columns, ct);
            return null;
        }

        if (!(await NameAsync(change, shape.Name, index, ct)).TryGet(out var name, out var error))
            return error;
        string? where = null;
        if (index.Where is not null)
        {
            if (!IndexFilter.Bind(shape, index.Where, "where").TryGet(out var condition, out error))
                return error;
            where = IndexSql.Where(change.Dialect, shape, condition);
        }

        await change.ExecuteAsync([IndexSql.Create(change.Dialect, shape, name, columns, index.IsUnique, where)], ct);
        return null;
    }

    public static Task DropFullTextAsync(SchemaChange change, string table, CancellationToken ct) =>
        change.ExecuteAsync([$"ALTER TABLE {change.Dialect.Table(table)} DROP COLUMN IF EXISTS {Identifier.Quote(PostgresDialect.FullTextColumn)}"], ct);

    /// <summary>A column that is kept by the server, whoever writes the table, and an index of its words. Its name is the server's to choose: no client asks for it.</summary>
    private static Task CreateFullTextAsync(SchemaChange change, string table, IReadOnlyList<string> columns, CancellationToken ct)
    {
        var (name, words) = (change.Dialect.Table(table), Identifier.Quote(PostgresDialect.FullTextColumn));
        return change.ExecuteAsync(
        [
            $"ALTER TABLE {name} ADD COLUMN {words} tsvector GENERATED ALWAYS AS ({PostgresFullText.Words(columns.Select(Identifier.Quote))}) STORED",
            $"CREATE INDEX ON {name} USING gin ({words})",
        ], ct);
    }

    /// <summary>The name of a new index. Fails with conflict when it was declared and something else has it; one that Nebula chooses is then numbered.</summary>
    private static async Task<Result<string>> NameAsync(SchemaChange change, string table, IndexDefinition index, CancellationToken ct)
    {
        var name = index.Name ?? index.DefaultName(table);
        if (index.Name is not null && await change.IsTakenAsync(name, ct))
            return SchemaChange.Taken(ErrorCodes.Conflict, name) with { Hint = "Names of indexes are unique in a database; give the index another one, or none." };
        for (var number = 2; await change.IsTakenAsync(name, ct); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{index.DefaultName(table)}_{number}");
        return name;
    }
}
