using System.Text;
using Nebula.Core.Records;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>A database with everything in it that a move has to take along.</summary>
internal static class EveryType
{
    public static IReadOnlyList<string> Tables { get; } = ["everything", "people", "notes", "tags", "empty"];

    public static async Task<TestDatabase> AddEverythingAsync(this Tenant tenant)
    {
        var database = await tenant.AddDatabaseAsync();
        var everything = await database.MakeTableAsync("""
            {"table_name": "everything", "columns": [
              {"name": "i", "type": "INTEGER"}, {"name": "r", "type": "REAL"}, {"name": "t", "type": "TEXT"}, {"name": "b", "type": "BOOLEAN"}, {"name": "x", "type": "BLOB"},
              {"name": "d", "type": "DECIMAL(18,6)"}, {"name": "day", "type": "DATE"}, {"name": "at", "type": "DATETIME"}, {"name": "u", "type": "UUID"}, {"name": "j", "type": "JSON"},
              {"name": "n", "type": "INTEGER", "nullable": false, "default": 7, "check": {"min": 1, "max": 10}}]}
            """);
        await AddAsync(everything, """{"i": 9223372036854775807, "r": 0.1, "t": "", "b": true, "x": "", "d": "123456789012.123456", "day": "0001-01-01", "at": "9999-12-31T23:59:59.999Z", "u": "00112233-4455-6677-8899-aabbccddeeff", "j": null}""");
        await AddAsync(everything, """{"i": -9223372036854775808, "r": -1.7976931348623157e308, "t": "\u0001 ' \" \\ é 😀 日本", "b": false, "x": "//79/A==", "d": "-0.000001", "day": "2024-02-29", "at": "0001-01-01T00:00:00Z", "u": "ffffffff-ffff-ffff-ffff-ffffffffffff", "j": {"z": 1, "a": [1.50, -2e3, 10000000000000000000000000000001, "\n\u00e9", true, null, {}], "long name": {"b": 1, "a": 2}}}""");
        await AddAsync(everything, """{"r": 5e-324, "n": 10, "j": "text"}""");
        await AddAsync(everything, """{"i": 0}""");
        await everything.DeleteAsync(4).Succeeds();

        var people = await database.MakeTableAsync("""
            {"table_name": "people", "id_type": "uuid", "unique": [["first", "last"]], "columns": [
              {"name": "first", "type": "TEXT", "nullable": false}, {"name": "last", "type": "TEXT"}, {"name": "email", "type": "TEXT", "unique": true},
              {"name": "boss_id", "type": "UUID", "references": {"table": "people", "on_delete": "set_null"}}]}
            """);
        await AddAsync(people, """{"id": "11111111-1111-1111-1111-111111111111", "first": "Ada", "last": "L", "email": "ada@example.org", "boss_id": "11111111-1111-1111-1111-111111111111"}""");
        await AddAsync(people, """{"id": "22222222-2222-2222-2222-222222222222", "first": "Bob", "last": "L", "email": "bob@example.org", "boss_id": "11111111-1111-1111-1111-111111111111"}""");

        var notes = await database.MakeTableAsync("""
            {"table_name": "notes", "columns": [
              {"name": "author_id", "type": "UUID", "references": {"table": "people", "on_delete": "cascade", "as": "author", "inverse": "notes"}}, {"name": "body", "type": "TEXT"}, {"name": "done", "type": "BOOLEAN"}],
             "indexes": [{"columns": ["body"], "type": "fulltext"}, {"name": "open_notes", "columns": ["author_id"], "where": "done=false", "unique": false}]}
            """);
        for (var i = 0; i < 100; i++)
            await AddAsync(notes, $$"""{"author_id": "{{(i % 2 == 0 ? "11111111-1111-1111-1111-111111111111" : "22222222-2222-2222-2222-222222222222")}}", "body": "note number{{i}} about cats", "done": {{(i % 3 == 0 ? "true" : "false")}}}""");

        // Added later, so that it stands behind the timestamps where tables are changed in place.
        await database.AlterAsync("notes", """{"add_columns": [{"name": "stars", "type": "INTEGER", "default": 3}]}""").Succeeds();
        await database.MakeTableAsync("""{"table_name": "tags", "columns": [{"name": "note_id", "type": "INTEGER", "references": {"table": "notes", "on_delete": "cascade"}}, {"name": "word", "type": "TEXT"}]}""");
        await AddAsync(database.Table("tags"), """{"note_id": 1, "word": "first"}""");
        await database.MakeTableAsync("""{"table_name": "dropped", "columns": [{"name": "x", "type": "TEXT"}]}""");
        await database.DropAsync("dropped").Succeeds();
        await database.MakeTableAsync("""{"table_name": "empty", "columns": [{"name": "x", "type": "TEXT"}]}""");
        await AddAsync(database.Table("empty"), """{"x": "gone"}""");
        await database.Table("empty").DeleteAsync(1).Succeeds();
        (await database.Table("tags").InsertOnceAsync(Once, Request(tenant))).Succeeds();
        return database;
    }

    /// <summary>The body of a request that was sent once.</summary>
    public const string Once = """{"note_id": 2, "word": "once"}""";

    /// <summary>The request itself.</summary>
    public static IdempotentRequest Request(Tenant tenant) => IdempotentRequest.Of(tenant.Caller, "POST", "/tags", "the key", Encoding.UTF8.GetBytes(Once));

    /// <summary>Tables with keys of every kind are not read by <see cref="Row"/>, so by bulk.</summary>
    private static async Task AddAsync(TestTable table, string json) => (await table.InsertManyAsync($"[{json}]").Succeeds()).Dispose();
}
