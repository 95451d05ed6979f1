namespace Nebula.Server.Tests.Infrastructure;

/// <summary>One route of the API: who may call it, and a request to it that succeeds.</summary>
/// <param name="Scope">What a key needs, several with blanks between them; null where none is asked for.</param>
/// <param name="Body">A good body; null where none is read.</param>
/// <param name="Query">What a good request has behind its path.</param>
internal sealed record ApiRoute(string Method, string Template, ApiRoute.For Who, string? Scope = null, object? Body = null, string Query = "")
{
    public enum For
    {
        Anyone,
        Account,
        Both,
    }

    private const string Database = "/api/v1/databases/{db}";
    private const string Table = $"{Database}/tables/{{table}}";
    private const string Keys = "/api/v1/account/databases/{db}";

    private static readonly object _table = new { table_name = "orders", columns = new[] { new { name = "total", type = "REAL" } } };
    private static readonly object _record = new { name = "Ada" };
    private static readonly object _batch = new { operations = new object[] { new { op = "create", table = "customers", data = new { name = "Ada" } } } };

    /// <summary>Every route that there is; a test holds this against the server.</summary>
    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("GET", "/ping", For.Anyone),
        new("GET", "/health", For.Anyone),
        new("GET", "/ready", For.Anyone),
        new("GET", "/openapi.json", For.Anyone),
        new("GET", "/api/v1/version", For.Anyone),
        new("POST", "/auth/signup", For.Anyone, Body: new { email = "ada@example.com", username = "ada_lovelace", password = Some.Password }),
        new("POST", "/auth/login", For.Anyone, Body: new { email = "ada@example.com", password = Some.Password }),
        new("GET", "/api/v1/health", For.Both),
        new("GET", "/api/v1/user/{user_id}", For.Account),
        new("GET", "/api/v1/account/user/me", For.Account),
        new("PUT", "/api/v1/account/user/me", For.Account, Body: new { username = "another_name" }),
        new("POST", "/api/v1/databases/{db}/branches", For.Account, Body: new { db_name = "preview" }),
        new("GET", "/api/v1/databases/{db}/branches/{branch_id}", For.Account),
        new("GET", "/api/v1/account/audit", For.Account),
        new("GET", "/api/v1/account/usage", For.Account),
        new("PUT", "/api/v1/account/password", For.Account, Body: new { current_password = Some.Password, new_password = "another pass phrase" }),
        new("DELETE", "/api/v1/account", For.Account, Body: new { password = Some.Password }),
        new("GET", "/api/v1/databases", For.Both),
        new("POST", "/api/v1/databases", For.Account, Body: new { db_name = "blog" }),
        new("POST", "/api/v1/databases/import", For.Account, Body: SqliteUpload.Of("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"), Query: "?db_name=copy"),
        new("GET", $"{Database}/export", For.Both, "records:read schema:read"),
        new("GET", Database, For.Both),
        new("PATCH", Database, For.Account, Body: new { db_name = "store" }),
        new("DELETE", Database, For.Account),
        new("GET", $"{Keys}/apikey", For.Account),
        new("POST", $"{Keys}/apikey", For.Account),
        new("DELETE", $"{Keys}/apikey", For.Account),
        new("GET", $"{Keys}/apikeys", For.Account),
        new("POST", $"{Keys}/apikeys", For.Account, Body: new { name = "phone" }),
        new("PATCH", $"{Keys}/apikeys/{{key_id}}", For.Account, Body: new { name = "tablet" }),
        new("DELETE", $"{Keys}/apikeys/{{key_id}}", For.Account),
        new("GET", $"{Keys}/backups", For.Account),
        new("POST", $"{Keys}/backups", For.Account),
        new("GET", $"{Keys}/backups/{{backup_id}}", For.Account),
        new("GET", $"{Keys}/backups/{{backup_id}}/file", For.Account),
        new("POST", $"{Keys}/backups/{{backup_id}}/restore", For.Account, Body: new { db_name = "copy" }),
        new("DELETE", $"{Keys}/backups/{{backup_id}}", For.Account),
        new("POST", $"{Database}/schema", For.Both, "schema:write", _table),
        new("POST", $"{Database}/tables", For.Both, "schema:write", _table),
        new("GET", $"{Database}/tables", For.Both, "schema:read"),
        new("GET", $"{Database}/openapi.json", For.Both, "schema:read"),
        new("GET", $"{Table}/schema", For.Both, "schema:read"),
        new("PATCH", Table, For.Both, "schema:write", new { add_columns = new[] { new { name = "nickname", type = "TEXT" } } }),
        new("DELETE", Table, For.Both, "schema:write"),
        new("POST", $"{Table}/records", For.Both, "records:write", _record),
        new("GET", $"{Table}/records", For.Both, "records:read"),
        new("PATCH", $"{Table}/records", For.Both, "records:read records:write", _record, "?age=36&max_affected=1"),
        new("DELETE", $"{Table}/records", For.Both, "records:read records:write", Query: "?filter=age%20%3D%2036&max_affected=1"),
        new("POST", $"{Database}/batch", For.Both, "records:write", _batch),
        new("GET", $"{Table}/aggregate", For.Both, "records:read"),
        new("GET", $"{Table}/records/{{id}}", For.Both, "records:read"),
        new("PUT", $"{Table}/records/{{id}}", For.Both, "records:write", _record),
        new("PATCH", $"{Table}/records/{{id}}", For.Both, "records:write", _record),
        new("DELETE", $"{Table}/records/{{id}}", For.Both, "records:write"),
        new("GET", $"{Table}/export", For.Both, "records:read"),
        new("POST", $"{Table}/import", For.Both, "records:write", Upload.Csv("name,age\r\nBob,40\r\n")),
    ];

    public bool NamesDatabase => Template.Contains("{db}", StringComparison.Ordinal);

    public bool NamesTable => Template.Contains("{table}", StringComparison.Ordinal);

    public bool NamesBackup => Template.Contains("{backup_id}", StringComparison.Ordinal);

    /// <summary>Whether it is for the owner of a database only, however good a key is.</summary>
    public bool IsForAccounts => Who == For.Account;

    public IReadOnlyList<string> Scopes => Scope?.Split(' ') ?? [];

    /// <summary>Whether it reads a JSON body.</summary>
    public bool TakesJson => Body is not null and not Upload;

    public bool Writes => Method != "GET";

    /// <summary>The names of the routes that fit, for theories.</summary>
    public static TheoryData<string> Where(Func<ApiRoute, bool> fits) => [.. All.Where(fits).Select(r => r.ToString())];

    /// <summary>Finds a route by its name.</summary>
    public static ApiRoute Of(string name) => All.Single(r => r.ToString() == name);

    /// <summary>The path in a shop, with other names where they are given.</summary>
    public string In(Shop shop, string? database = null, string? table = null) => (Template + Query)
        .Replace("{db}", database ?? "shop", StringComparison.Ordinal)
        .Replace("{table}", table ?? "customers", StringComparison.Ordinal)
        .Replace("{user_id}", shop.Owner.Id, StringComparison.Ordinal)
        .Replace("{backup_id}", shop.BackupId, StringComparison.Ordinal)
        .Replace("{key_id}", shop.Key.Id, StringComparison.Ordinal)
        .Replace("{id}", "1", StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Template}";
}
