using Microsoft.Data.Sqlite;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Files of other programs, made for the upload.</summary>
internal static class SqliteUpload
{
    public const string MediaType = "application/vnd.sqlite3";

    /// <summary>A database that some statements made.</summary>
    public static Upload Of(params string[] statements) => new(MediaType, BytesOf(statements));

    public static byte[] BytesOf(params string[] statements)
    {
        var path = Path.Combine(Path.GetTempPath(), $"nebula-upload-{Guid.NewGuid():N}.sqlite");
        try
        {
            using (var connection = Open(path))
            {
                foreach (var statement in statements)
                {
                    using var command = connection.CreateCommand();
                    command.CommandText = statement;
                    command.ExecuteNonQuery();
                }
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What a query gives of a database file: rows of values with bars between them.</summary>
    public static IReadOnlyList<string> Ask(byte[] file, string query)
    {
        var path = Path.Combine(Path.GetTempPath(), $"nebula-download-{Guid.NewGuid():N}.sqlite");
        try
        {
            File.WriteAllBytes(path, file);
            using var connection = Open(path);
            using var command = connection.CreateCommand();
            command.CommandText = query;
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : reader.GetFieldValue<object>(i) is byte[] blob ? Convert.ToHexString(blob) : reader.GetString(i))));
            return rows;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }
}
