using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes indexes.</summary>
internal static class IndexSql
{
    /// <param name="table">The table's columns as they are by now.</param>
    /// <param name="where">The condition of a partial index as SQL; null for all rows.</param>
    public static string Create(SqlDialect dialect, Table table, string name, IReadOnlyList<string> columns, bool isUnique, string? where) =>
        $"CREATE {(isUnique ? "UNIQUE " : "")}INDEX {Identifier.Quote(name)} ON {dialect.Table(table.Name)} ({string.Join(", ", columns.Select(c => dialect.Indexed(Identifier.Quote(c), table.Find(c) is null or { MayHoldNull: true })))}){(where is null ? "" : $" WHERE {where}")}";

    /// <summary>A bound condition as the WHERE of an index: no parameters, and columns without an alias.</summary>
    /// <param name="shape">The table's columns as they are by now.</param>
    public static string Where(SqlDialect dialect, Table shape, Condition condition)
    {
        var aliases = new AliasSequence();
        return new ConditionSql(new JoinedSource(dialect, shape, aliases, Identifier.Quote(shape.Name)), new SqlParameters(dialect, asLiterals: true), aliases).Write(condition);
    }

    public static string Drop(SqlDialect dialect, string name) => $"DROP INDEX {dialect.Index(name)}";

    /// <summary>
    /// The references that need an index of their own, so that deleting what they refer to looks through no table: those that neither are unique nor stand first in
    /// another index.
    /// </summary>
    public static IEnumerable<IndexDefinition> ForReferences(TableDefinition table)
    {
        bool Leads(IReadOnlyList<string> columns, string name) => columns[0].Equals(name, StringComparison.OrdinalIgnoreCase);
        return table.Columns
            .Where(c => c is { Reference: not null, IsUnique: false }
                && !table.Unique.Any(u => Leads(u, c.Name))
                && !table.Indexes.Any(i => i is { IsFullText: false, Where: null } && Leads(i.Columns, c.Name)))
            .Select(c => new IndexDefinition(null, [c.Name], IsUnique: false, Where: null, IsFullText: false));
    }
}
