using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LoadSqlite.Source;

/// <summary>
/// The SQLite file, opened for reading only, in one transaction: it is read three times (to find the types, to load, to compare), and has
/// to be the same each time. Not thread-safe.
/// </summary>
internal sealed class SourceFile : IDisposable
{
    private static readonly byte[] _signature = "SQLite format 3\0"u8.ToArray();

    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly Encoding _encoding;

    private SourceFile(SqliteConnection connection)
    {
        _connection = connection;
        _transaction = connection.BeginTransaction(deferred: true);
        _encoding = ReadEncoding();
    }

    public static SourceFile Open(string path)
    {
        CheckSignature(path);
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            return new SourceFile(connection);
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new InputException($"'{path}' can't be opened: {fault.Message}");
        }
    }

    /// <summary>Everything but what belongs to SQLite itself.</summary>
    public IReadOnlyList<SourceObject> ReadObjects()
    {
        var found = new List<SourceObject>();
        using var reader = Query(
            """
            SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name
            """);
        while (reader.Read())
            found.Add(new(reader.GetString(0), reader.GetString(1)));
        return found;
    }

    public IReadOnlyList<SourceColumn> ReadColumns(string table)
    {
        var unique = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using (var reader = Query(
            """
            SELECT max(c.name) FROM pragma_index_list($table, 'main') AS i JOIN pragma_index_info(i.name, 'main') AS c
            WHERE i."unique" AND NOT i.partial GROUP BY i.name HAVING count(*) = 1 AND max(c.name) IS NOT NULL
            """,
            table))
        {
            while (reader.Read())
                unique.Add(reader.GetString(0));
        }

        var columns = new List<SourceColumn>();
        using (var reader = Query(
            """
            SELECT name, type, "notnull", pk AND upper(type) = 'INTEGER' AND (SELECT count(*) FROM pragma_table_xinfo($table, 'main') WHERE pk) = 1
            FROM pragma_table_xinfo($table, 'main')
            """,
            table))
        {
            while (reader.Read())
            {
                // A single INTEGER primary key is the rowid: SQLite keeps no index for it and takes no null, without saying either.
                var isRowId = reader.GetBoolean(3);
                var name = reader.GetString(0);
                columns.Add(new(name, reader.GetString(1), reader.GetBoolean(2) || isRowId, isRowId || unique.Contains(name)));
            }
        }

        return columns;
    }

    /// <summary>
    /// All rows, as long, double, string, byte[] or null by what each value is, whatever its column declares; a text that can't be read is
    /// <see cref="UnreadableText"/>. The array is used again for the next row.
    /// </summary>
    public IEnumerable<object?[]> ReadRows(string table, IReadOnlyList<string> columns)
    {
        using var reader = Query($"SELECT {string.Join(", ", columns.Select(Quote))} FROM main.{Quote(table)}");
        var row = new object?[columns.Count];
        while (reader.Read())
        {
            for (var at = 0; at < row.Length; at++)
                row[at] = ReadValue(reader, at);
            yield return row;
        }
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    private static void CheckSignature(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"'{path}' is a directory, not a SQLite file.");
        if (!File.Exists(path))
            throw new InputException($"There is no file '{path}'.");
        try
        {
            using var file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[_signature.Length];
            if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan().SequenceEqual(_signature))
                throw new InputException($"'{path}' is not a SQLite file: it does not begin with 'SQLite format 3'.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' can't be read: {fault.Message}");
        }
    }

    private Encoding ReadEncoding()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA encoding";
        return command.ExecuteScalar() switch
        {
            "UTF-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
            "UTF-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
            _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        };
    }

    private SqliteDataReader Query(string sql, string? table = null)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        if (table is not null)
            command.Parameters.AddWithValue("$table", table);
        return command.ExecuteReader();
    }

    // The driver's own GetString stops at U+0000 and replaces invalid bytes; both would be a silent loss.
    private object? ReadValue(SqliteDataReader reader, int at)
    {
        var statement = reader.Handle!; // Set as long as the reader is open.
        switch (raw.sqlite3_column_type(statement, at))
        {
            case raw.SQLITE_INTEGER: return raw.sqlite3_column_int64(statement, at);
            case raw.SQLITE_FLOAT: return raw.sqlite3_column_double(statement, at);
            case raw.SQLITE_BLOB: return raw.sqlite3_column_blob(statement, at).ToArray();
            case raw.SQLITE_NULL: return null;
            default:
                try
                {
                    return _encoding.GetString(raw.sqlite3_column_blob(statement, at));
                }
                catch (DecoderFallbackException)
                {
                    return UnreadableText.Value;
                }
        }
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
