using Microsoft.Data.Sqlite;

namespace Nebula.Storage.Tests.Support;

/// <summary>Another program that has a database file open.</summary>
public sealed class OtherProgram : IDisposable
{
    private readonly SqliteConnection _connection;

    public OtherProgram(string path, bool create = false)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            DefaultTimeout = 5,
        }.ToString());
        _connection.Open();
    }

    public int Run(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public long Integer(string sql) => Convert.ToInt64(Value(sql), System.Globalization.CultureInfo.InvariantCulture);

    public string? Text(string sql) => Value(sql)?.ToString();

    /// <summary>The first column of all rows.</summary>
    public IReadOnlyList<string> Column(string sql)
    {
        using var command = Command(sql, []);
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
            values.Add(reader.GetValue(0).ToString() ?? "");
        return values;
    }

    public void Dispose() => _connection.Dispose();

    private object? Value(string sql)
    {
        using var command = Command(sql, []);
        return command.ExecuteScalar();
    }

    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
