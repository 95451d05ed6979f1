using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Upgrade;

/// <summary>A data directory as v0.2 laid it out: the schema that its server made, times as SQLite writes them, keys in clear text.</summary>
public sealed class V02Directory : IDisposable
{
    private readonly OtherProgram _metadata;
    private int _keys;

    public V02Directory()
    {
        _metadata = new OtherProgram(MetadataPath, create: true);
        _metadata.Run("PRAGMA synchronous = OFF");
        _metadata.Run(
            """
            CREATE TABLE users (
              user_id TEXT PRIMARY KEY, username TEXT NOT NULL, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
              created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE databases (
              database_id INTEGER PRIMARY KEY AUTOINCREMENT, owner_id TEXT NOT NULL, db_name TEXT NOT NULL, file_path TEXT NOT NULL,
              created_at DATETIME DEFAULT CURRENT_TIMESTAMP, UNIQUE (owner_id, db_name),
              FOREIGN KEY (owner_id) REFERENCES users (user_id) ON DELETE CASCADE);
            CREATE TABLE api_keys (
              api_key_id TEXT PRIMARY KEY, api_owner_id TEXT NOT NULL, api_database_id INTEGER NOT NULL, key TEXT NOT NULL UNIQUE,
              created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            """);
    }

    public TemporaryDirectory Directory { get; } = new();

    public string MetadataPath => Directory.Combine("metadata.db");

    public Guid AddUser(string email, string hash = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", string created = "2024-03-01 12:34:56")
    {
        var id = Guid.NewGuid();
        _metadata.Run(
            "INSERT INTO users VALUES ($id, 'somebody', $email, $hash, $created)", ("$id", id.ToString()), ("$email", email), ("$hash", hash), ("$created", created));
        return id;
    }

    public long AddDatabase(Guid owner, string name, string created = "2024-03-02 01:02:03")
    {
        _metadata.Run(
            "INSERT INTO databases (owner_id, db_name, file_path, created_at) VALUES ($owner, $name, $path, $created)",
            ("$owner", owner.ToString()), ("$name", name), ("$path", $"data/{owner}/{name}.db"), ("$created", created));
        System.IO.Directory.CreateDirectory(Directory.Combine(owner.ToString()));
        return _metadata.Integer("SELECT last_insert_rowid()");
    }

    /// <summary>A database with two users of an app in it, as v0.2 made tables.</summary>
    public long AddDatabaseWithTable(Guid owner, string name)
    {
        var id = AddDatabase(owner, name);
        using var database = new OtherProgram(PathOf(owner, name), create: true);
        database.Run("CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INTEGER, active BOOLEAN, created_at DATETIME DEFAULT CURRENT_TIMESTAMP)");
        database.Run("INSERT INTO people (name, age, active, created_at) VALUES ('Ada', 36, 1, '2024-03-03 04:05:06'), ('Bob', NULL, 0, '2024-03-03 04:05:07')");
        return id;
    }

    public string AddKey(Guid owner, long database, string key)
    {
        _metadata.Run(
            "INSERT INTO api_keys VALUES ($id, $owner, $database, $key, '2024-03-04 05:06:07')",
            ("$id", $"key-{++_keys}"), ("$owner", owner.ToString()), ("$database", database), ("$key", key));
        return key;
    }

    public void Run(string sql) => _metadata.Run(sql);

    public string PathOf(Guid owner, string name) => Directory.Combine(owner.ToString(), $"{name}.db");

    /// <summary>Ends v0.2 and starts Nebula on what it left.</summary>
    public Task<RunningStorage> StartAsync()
    {
        _metadata.Dispose();
        return RunningStorage.StartInAsync(Directory);
    }

    public void Dispose() => _metadata.Dispose();
}
