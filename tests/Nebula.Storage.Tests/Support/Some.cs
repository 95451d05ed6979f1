using System.Text.Json;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Storage.Tests.Support;

/// <summary>Values that do not matter to a test.</summary>
public static class Some
{
    private static int _last;

    public static Account Account(TimeProvider clock, string? email = null)
    {
        var id = UserId.New(clock);
        return new Account(id, "somebody", email ?? $"{id}@example.org", "$argon2id$some-hash", TokenVersion: 1, Now(clock));
    }

    /// <summary>A name that no other test uses.</summary>
    public static string Name(string start = "name") => $"{start}_{Interlocked.Increment(ref _last)}";

    public static DatabaseName Database(string text) => DatabaseName.Parse(text).Succeeds();

    public static TableName Table(string text) => TableName.Parse(text).Succeeds();

    /// <summary>A definition from its columns, written as <c>name TYPE [required] [unique]</c>.</summary>
    public static TableDefinition Definition(string name, params string[] columns)
    {
        using var json = JsonDocument.Parse(DefinitionJson(name, columns));
        return TableDefinitionReader.Read(json.RootElement).Succeeds();
    }

    /// <summary>Now, to the millisecond that the stores keep.</summary>
    public static DateTimeOffset Now(TimeProvider clock) => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    private static string DefinitionJson(string name, string[] columns)
    {
        var parts = columns.Select(column =>
        {
            var words = column.Split(' ');
            var nullable = words.Contains("required") ? "false" : "true";
            var unique = words.Contains("unique") ? "true" : "false";
            return $$"""{"name": "{{words[0]}}", "type": "{{words[1]}}", "nullable": {{nullable}}, "unique": {{unique}}}""";
        });
        return $$"""{"table_name": "{{name}}", "columns": [{{string.Join(", ", parts)}}]}""";
    }
}
