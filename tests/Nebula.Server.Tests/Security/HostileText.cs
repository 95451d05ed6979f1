namespace Nebula.Server.Tests.Security;

/// <summary>Texts that broke somebody, as names and as values.</summary>
internal static class HostileText
{
    public static IReadOnlyList<string> All { get; } =
    [
        "'", "\"", "`", "''", "\"\"", "\\", "\\'", ";", "--", "/*", "*/", "%", "_", "?", "?1", "$id", ":id", "@id", "[name]", "(", ")", ",", "=",
        "\r\n", "\t", "\0", "\u001b[31m",
        "' OR '1'='1", "\" OR \"1\"=\"1", "1 OR 1=1", "1; DROP TABLE customers", "'; DROP TABLE customers; --", "\"; DROP TABLE customers; --",
        "customers\"; DELETE FROM customers; --",
        "name\" = '' OR 1=1 --", "name) FROM customers; --", "name UNION SELECT sql FROM sqlite_schema", "name COLLATE NOCASE", "name DESC",
        "name, (SELECT 1)", "(SELECT password_hash FROM users)",
        "CASE WHEN 1=1 THEN name ELSE age END", "load_extension('x')", "randomblob(1000000000)", "rowid", "_rowid_", "oid", "sqlite_schema",
        "main.customers", "temp.x", "*", "count(*)", "NULL", "null",
        "../../../etc/passwd", "..\\..\\windows", "%2e%2e%2f", "%27%20OR%201=1", "%00", "%c0%af", "file:///etc/passwd", "http://127.0.0.1/",
        "shop.db", "shop.db-wal", "metadata.db", "/dev/null", ".", "..",
        "{\"$gt\": \"\"}", "$where", "__proto__", "constructor", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://127.0.0.1/x}", "%n%n%s",
        "\u202Etxt", "\uFF07", "ʼ", "´", "\u212A", "ı", "é", "é", "😀", new string('a', 5000),
    ];

    /// <summary>Those that are no name of a database, a table or a column.</summary>
    public static IEnumerable<string> NoNames { get; } =
        [.. All.Where(t => t.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_') || t.Length > 63 || t.StartsWith("sqlite_", StringComparison.Ordinal))];
}
