using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests;

/// <summary>Values that a test needs and that do not matter to it.</summary>
internal static class Some
{
    public const string Password = "correct horse";

    public static DateTimeOffset Time { get; } = new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);

    public static DatabaseName DatabaseName(string name = "shop") => Core.Databases.DatabaseName.Parse(name).Succeeds();

    public static TableName TableName(string name = "albums") => Core.Tables.TableName.Parse(name).Succeeds();

    /// <summary>
    /// A table as Nebula makes one: <c>id</c>, these columns, and both timestamps. A column is <c>name TYPE</c>, with the words
    /// <c>required</c>, <c>unique</c> and <c>defaulted</c> behind it.
    /// </summary>
    public static Table Table(params string[] columns) => TableNamed("albums", new TableId(1), columns);

    public static Table TableNamed(string name, TableId id, params string[] columns) => new(
        id,
        name,
        [
            Column(0, "id INTEGER required", ColumnRole.Id),
            .. columns.Select((declaration, i) => Column(i + 1, declaration, ColumnRole.Data)),
            Column(columns.Length + 1, "created_at TEXT required", ColumnRole.CreatedAt),
            Column(columns.Length + 2, "updated_at TEXT required", ColumnRole.UpdatedAt),
        ],
        Time,
        $"CREATE TABLE {name} (…)",
        rootPage: 2);

    /// <summary>A table of another program, which has these columns and no other, none of them an id.</summary>
    public static Table ForeignTable(params string[] columns) =>
        new(new TableId(1), "albums", [.. columns.Select((declaration, i) => Column(i, declaration, ColumnRole.Data))], Time,
            "CREATE TABLE albums (…)", rootPage: 2);

    public static Column Column(int ordinal, string declaration, ColumnRole role = ColumnRole.Data)
    {
        var words = declaration.Split(' ');
        Assert.True(ColumnTypes.TryParse(words[1], out var type), declaration);
        return new Column
        {
            Ordinal = ordinal,
            Name = words[0],
            Type = type,
            DeclaredType = words[1],
            IsNullable = !words.Contains("required"),
            IsUnique = words.Contains("unique"),
            IsPrimaryKey = role == ColumnRole.Id,
            DefaultSql = words.Contains("defaulted") ? "1" : null,
            Role = role,
        };
    }

    public static CursorSigner Cursors { get; } = new("a secret of tests"u8);

    /// <summary>What a query on a table that stands alone is read for.</summary>
    public static QueryContext QueryOf(Table table) => new(new DatabaseId(1), table, new SchemaView(new DatabaseSchema([table]), bound: null), Time, Cursors);

    public static Database Database(long id = 1, string name = "shop") =>
        new(new DatabaseId(id), new UserId(Guid.Empty), DatabaseName(name), DatabaseState.Created, Tables: 0, Time, Time);

    public static ApiKey Key(DateTimeOffset? expiresAt = null)
    {
        var (text, prefix) = ApiKeyText.Create();
        return new ApiKey(new ApiKeyId("k1"), new DatabaseId(1), "some", prefix, prefix, ApiKeyText.Hash(text), Scopes.All, null, Time, expiresAt,
            null);
    }
}
