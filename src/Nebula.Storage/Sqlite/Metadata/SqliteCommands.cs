using Microsoft.Data.Sqlite;

namespace Nebula.Storage.Sqlite.Metadata;

/// <summary>Short forms for the metadata's statements.</summary>
internal static class SqliteCommands
{
    /// <summary>Runs a statement and gives the number of changed rows.</summary>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query.</summary>
    public static List<T> Query<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>Whether a statement failed because a unique column has the value already.</summary>
    public static bool IsUniqueViolation(this SqliteException e) =>
        e.SqliteExtendedErrorCode is Native.ResultCodes.ConstraintUnique or Native.ResultCodes.ConstraintPrimaryKey;

    /// <summary>Whether a statement failed because the row that it refers to is gone.</summary>
    public static bool IsForeignKeyViolation(this SqliteException e) => e.SqliteExtendedErrorCode == Native.ResultCodes.ConstraintForeignKey;

    private static SqliteCommand Command(this SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
