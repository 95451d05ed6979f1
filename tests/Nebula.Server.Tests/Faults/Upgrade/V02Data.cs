namespace Nebula.Server.Tests.Faults.Upgrade;

/// <summary>A data directory as a server of v0.2 left it: one account, one database with a table, one key in clear text.</summary>
internal static class V02Data
{
    public const string Email = "Ada@Example.com";
    public const string Password = "the old password";
    public const string Key = "3f9a6c0d5b7e48f1a2c4d6e8f0b1a3c5d7e9f1b3a5c7d9e1";
    public const long DatabaseId = 7;

    public static Guid Account { get; } = Guid.Parse("5b1f6c0e-6a3b-4c51-9f6e-2f6f1c0a7d11");

    public static void Write(string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, $"{Account}"));
        using var metadata = SqliteFile.Create(Path.Combine(directory, "metadata.db"));
        metadata.Run(
            """
            CREATE TABLE users (
              user_id TEXT PRIMARY KEY, username TEXT NOT NULL, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
              created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE databases (
              database_id INTEGER PRIMARY KEY AUTOINCREMENT, owner_id TEXT NOT NULL, db_name TEXT NOT NULL, file_path TEXT NOT NULL,
              created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE api_keys (
              api_key_id TEXT PRIMARY KEY, api_owner_id TEXT NOT NULL, api_database_id INTEGER NOT NULL, key TEXT NOT NULL,
              created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            """);
        metadata.Run("INSERT INTO users VALUES ($1, 'ada lovelace', $2, $3, '2024-03-01 12:34:56')", $"{Account}", Email, BCrypt.Net.BCrypt.HashPassword(Password, 10));
        metadata.Run("INSERT INTO databases VALUES ($1, $2, 'shop', $3, '2024-03-02 01:02:03')", DatabaseId, $"{Account}", $"data/{Account}/shop.db");
        metadata.Run("INSERT INTO api_keys VALUES ('f2a7', $1, $2, $3, '2024-03-04 05:06:07')", $"{Account}", DatabaseId, Key);

        using var shop = SqliteFile.Create(Path.Combine(directory, $"{Account}", "shop.db"));
        shop.Run(
            """
            CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INTEGER, active BOOLEAN, created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            INSERT INTO customers (name, age, active, created_at) VALUES ('Ada', 36, 1, '2024-03-03 04:05:06'), ('Bob', NULL, 0, '2024-03-03 04:05:07'),
              ('Eve', 20, 1, '2024-03-03 04:05:08');
            DELETE FROM customers WHERE name = 'Eve';
            """);
    }
}
