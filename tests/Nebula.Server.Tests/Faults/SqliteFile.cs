using Microsoft.Data.Sqlite;

namespace Nebula.Server.Tests.Faults;

/// <summary>A look at a database file past the server, as any other program would.</summary>
internal static class SqliteFile
{
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Makes a file, or opens one.</summary>
    public static SqliteConnection Create(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public static int Run(this SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = connection.CommandOf(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of every row, as text.</summary>
    public static List<string> Texts(this SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = connection.CommandOf(sql, values);
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
            texts.Add(reader.IsDBNull(0) ? "" : reader.GetValue(0).ToString() ?? "");
        return texts;
    }

    /// <summary>What SQLite itself finds wrong in a file; nothing when all is well.</summary>
    public static IEnumerable<string> Problems(string path)
    {
        using var connection = Open(path);
        var integrity = connection.Texts("PRAGMA integrity_check").Where(line => line != "ok");
        return [.. integrity, .. connection.Texts("PRAGMA foreign_key_check").Select(table => $"a reference in {table} leads nowhere")];
    }

    private static SqliteCommand CommandOf(this SqliteConnection connection, string sql, ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command;
    }
}
