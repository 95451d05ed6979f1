using System.Globalization;
using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>The names of a database's tables, views and indexes, which are one set and compared without case.</summary>
internal static class SchemaNames
{
    public static bool IsTaken(Connection connection, string name)
    {
        var select = connection.Prepare("SELECT 1 FROM sqlite_schema WHERE lower(name) = lower(?1)");
        try
        {
            select.Bind(1, name);
            return select.Step();
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>The name of a new index. Fails with conflict when it was declared and something else has it; one that Nebula chooses is then numbered.</summary>
    public static Result<string> ForIndex(Connection connection, string table, IndexDefinition index)
    {
        var name = index.Name ?? index.DefaultName(table);
        if (index.Name is not null && IsTaken(connection, name))
            return new Error(ErrorCodes.Conflict, $"The database has something else named '{name}' already.") { Hint = "Names of indexes are unique in a database; give the index another one, or none." };
        for (var number = 2; IsTaken(connection, name); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{index.DefaultName(table)}_{number}");
        return name;
    }
}
