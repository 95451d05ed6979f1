using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records.Filters;

/// <summary>
/// Artists have albums, albums have tracks; people have addresses, and orders refer to addresses twice. Albums have a column of every type.
/// </summary>
internal static class MusicSchema
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);

    public static Table Artists { get; } = Table(1, "artists", "id INTEGER", "Name TEXT", "genre TEXT", "\"in\" TEXT", "1st INTEGER", "naïve TEXT");

    public static Table Albums { get; } = Table(2, "albums", "id INTEGER", "title TEXT", "year INTEGER", "price REAL", "cost DECIMAL(8,2)", "tax DECIMAL(8,3)",
        "cover BLOB", "sold BOOLEAN", "day DATE", "at DATETIME", "code UUID", "data JSON", "artist_id INTEGER>artists", "created_at TEXT");

    public static Table Tracks { get; } = Table(3, "tracks", "id INTEGER", "name TEXT", "ms INTEGER", "album_id INTEGER>albums");

    public static Table Addresses { get; } = Table(4, "addresses", "id INTEGER", "city TEXT");

    public static Table Orders { get; } = Table(5, "orders", "id INTEGER", "billing_address_id INTEGER>addresses", "shipping_address_id INTEGER>addresses",
        "parentId INTEGER>orders");

    public static DatabaseSchema All { get; } = new([Artists, Albums, Tracks, Addresses, Orders]);

    public static Result<Condition> Bind(string text, Table? root = null, params TableId[] bound) =>
        FilterText.Bind(root ?? Albums, new SchemaView(All, bound.Length == 0 ? null : bound), text, Now);

    public static Result<Operand> BindOperand(string text, bool allowToMany = false, Table? root = null) =>
        FilterText.BindOperand(root ?? Albums, new SchemaView(All, null), text, Now, allowToMany, "sort");

    private static Table Table(long id, string name, params string[] columns)
    {
        var built = columns.Select(Column).ToList();
        return new Table(new TableId(id), name, built, Now, "", 2)
        {
            ForeignKeys = [.. columns.Select((c, i) => (c, i)).Where(p => p.c.Contains('>', StringComparison.Ordinal))
                .Select(p => new ForeignKey(built[p.i], p.c.Split('>')[1], null, ReferenceAction.Restrict, null, null))],
        };
    }

    private static Column Column(string declaration, int ordinal)
    {
        var words = declaration.Split('>')[0].Split(' ');
        var parts = words[1].Split('(', ',', ')');
        return new Column
        {
            Ordinal = ordinal,
            Name = words[0].Trim('"'),
            Type = Enum.Parse<ColumnType>(parts[0], ignoreCase: true),
            Precision = parts.Length > 1 ? int.Parse(parts[1]) : 0,
            Scale = parts.Length > 1 ? int.Parse(parts[2]) : 0,
            DeclaredType = words[1],
            IsNullable = ordinal > 0,
            IsUnique = false,
            IsPrimaryKey = ordinal == 0,
            Role = ordinal == 0 ? ColumnRole.Id : ColumnRole.Data,
        };
    }
}
