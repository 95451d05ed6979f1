using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// Prepares the statements that write a table. SQLite has one code for a statement that is wrong and for a schema that no statement can write: a reference to a table that is gone, a trigger on one.
/// The first is a fault of this program, the second is for the client to hear.
/// </summary>
internal static class WriteStatement
{
    /// <summary>Throws <see cref="SqliteFaultException"/>, and says in it whether the schema is to blame.</summary>
    public static Statement Prepare(Connection connection, Table table, string sql) => Prepare(connection, table, [], sql);

    /// <param name="others">Other tables that the statement reads.</param>
    public static Statement Prepare(Connection connection, Table table, IEnumerable<Table> others, string sql)
    {
        try
        {
            return connection.Prepare(sql);
        }
        catch (SqliteFaultException e) when (e.IsOfPreparing && ResultCodes.Primary(e.Code) == ResultCodes.Error)
        {
            if (others.Prepend(table).All(t => CanBeWritten(connection, t)))
                throw;
            throw new SqliteFaultException(e.Code, e.Reason) { IsOfPreparing = true, IsOfSchema = true };
        }
    }

    /// <summary>Whether the plainest statements fit the schema; they are prepared only. The comparisons are there for collations that only another program has.</summary>
    private static bool CanBeWritten(Connection connection, Table table)
    {
        var name = Identifier.Quote(table.Name);
        var columns = table.Columns.Select(c => Identifier.Quote(c.Name)).ToList();
        return connection.CanPrepare($"INSERT INTO {name} DEFAULT VALUES")
            && connection.CanPrepare($"UPDATE {name} SET {string.Join(", ", columns.Select(c => $"{c} = {c}"))} WHERE {string.Join(" AND ", columns.Select(c => $"{c} = {c}"))}")
            && connection.CanPrepare($"DELETE FROM {name}");
    }
}
