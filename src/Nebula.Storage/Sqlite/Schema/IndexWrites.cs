using Nebula.Core;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Makes indexes inside of a write.</summary>
internal static class IndexWrites
{
    /// <summary>Makes all indexes of a new table, those that references bring along included. Fails with conflict for a name that is taken.</summary>
    public static Error? CreateAll(Connection connection, TableId id, TableDefinition table)
    {
        var shape = table.ToShape();
        foreach (var index in table.Indexes.Concat(IndexSql.ForReferences(table)))
        {
            if (Create(connection, id, shape, index) is { } error)
                return error;
        }

        return null;
    }

    /// <summary>Makes one index. Fails with conflict for a name that is taken.</summary>
    /// <param name="shape">The table's columns as they are by now.</param>
    public static Error? Create(Connection connection, TableId id, Table shape, IndexDefinition index)
    {
        var columns = index.Columns.Select(c => shape.Find(c)?.Name ?? c).ToList(); // as SQLite has them written
        if (index.IsFullText)
        {
            foreach (var sql in FullTextSchema.Create(id, shape.Name, shape.Key?.Name ?? FullTextSchema.RowIdName, columns))
                connection.Execute(sql);
            return null;
        }

        if (!SchemaNames.ForIndex(connection, shape.Name, index).TryGet(out var name, out var error))
            return error;
        string? where = null;
        if (index.Where is not null)
        {
            if (!IndexFilter.Bind(shape, index.Where, "where").TryGet(out var condition, out error))
                return error;
            where = IndexSql.Where(SqliteDialect.Instance, shape, condition);
        }

        connection.Execute(IndexSql.Create(SqliteDialect.Instance, shape, name, columns, index.IsUnique, where));
        return null;
    }
}
