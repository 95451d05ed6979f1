using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Filters;

/// <summary>Artists have albums, albums have tracks, tracks have tags and may be a cover of another: tables with columns of every type, and rows for them.</summary>
internal sealed class MusicData
{
    private const int RowsPerTable = 30;

    private static readonly string[] _texts =
        ["", "a", "A", "ab", "aB", "Abba", "abc", "b", "10", "9", " ", "null", "%", "_", "*", "a?b", "[a]", "a]", "^", "'", "\"", "\\", "a\\b", "é", "É", "e\u0301", "ß", "日本", "\ud7ff", "\uffff", "😀", "a😀b", "\U0010ffff", "\u0001"];

    private static readonly string[] _dateTexts =
        ["2026-02-28", "2026-02-30", "2026-13-01", "2024-02-29T10:00:00Z", "2026-01-01 10:00", "2026-01-01x", "0000-01-01", "0001-01-01", "9999-12-31", "now", "today", "2026-1-1", "", "20260101", "２０26-01-01"];

    private static readonly string[] _days = ["0001-01-01", "1969-12-31", "2024-02-29", "2026-01-01", "2026-11-23", "2026-11-24", "9999-12-31"];

    private static readonly string[] _moments =
        ["0001-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2026-11-23T23:59:59.999Z", "2026-11-24T00:00:00.000Z", "2026-11-24T10:00:00.007Z", "2026-11-24T10:00:00.008Z"];

    private static readonly string[] _uuids = ["00000000-0000-0000-0000-000000000000", "12345678-1234-1234-1234-123456789012", "abcdefab-cdef-abcd-efab-cdefabcdefab"];

    private static readonly string[] _json =
    [
        "null", "{}", "[1]", "[]", "5", "\"x\"", "true", "{\"a\":1}", "{\"a\":2.5}", "{\"a\":9007199254740993}", "{\"a\":\"x\"}", "{\"a\":\"1\"}", "{\"a\":true}", "{\"a\":false}",
        "{\"a\":null}", "{\"a\":[1]}", "{\"a\":{\"b c\":2.5,\"q\\\"k\":\"v\"}}", "{\"a\":{\"b c\":\"Ab\",\"back\\\\slash\":true}}", "{\"a\":{\"é\":-1,\"\\u2028\":\"x\"},\"a.b\":\"dot\"}", "{\"A\":1,\"[0]\":\"x\",\"$\":3}",
    ];

    private static readonly long[] _integers = [0, 1, -1, 2, 9, 10, 1957, 2026, 1L << 53, (1L << 53) + 1, 999_999_999_999_999_999, long.MaxValue, long.MinValue + 1];

    /// <summary>How many of them add up to what fits 64 bits, in every order.</summary>
    private const int _smallIntegers = 9;

    /// <summary>Those below 1,000 have at most three binary digits behind the point, so that rounding them leaves no doubt.</summary>
    private static readonly double[] _reals = [0, 0.5, -0.5, 0.125, -0.375, 1, 1.5, 2.5, 9.875, 10, 1957, 1e300, -1e300, 5e-324, 9007199254740993, 9.3e18];

    private readonly bool _isDeclared;
    private readonly bool _isSummable;

    /// <param name="isDeclared">Whether it is what can be declared and is held to it; otherwise it has what other programs make, too.</param>
    /// <param name="isSummable">Whether sums of integers stay within 64 bits on the way, too.</param>
    public MusicData(Random random, bool isDeclared = false, bool isSummable = false)
    {
        (_isDeclared, _isSummable) = (isDeclared, isSummable);
        Artists = Table(1, "artists", "id INTEGER", "Name TEXT", "rating REAL", "active BOOLEAN", "born DATE");
        Albums = Table(2, "albums", "id INTEGER", "title TEXT", "year INTEGER", "price REAL", "cost DECIMAL(8,2)", "tax DECIMAL(18,5)", "huge DECIMAL(18,0)", "cover BLOB", "sold BOOLEAN",
            "day DATE", "at DATETIME", "code UUID", "data JSON", "stamp TEXT", "old DATESTAMP", "artist_id INTEGER>artists");
        Tracks = Table(3, "tracks", "id INTEGER", "name TEXT", "ms INTEGER", "cost DECIMAL(10,4)", "data JSON", "live BOOLEAN", "album_id INTEGER>albums", "cover_of_id INTEGER>tracks");
        Tags = Table(4, isDeclared ? "tags" : "my tags", "id INTEGER", "label TEXT", "weight REAL", "order INTEGER", "track_id INTEGER>tracks");
        Schema = new DatabaseSchema([Artists, Albums, Tracks, Tags]);
        foreach (var table in Schema.Tables)
            Rows[table.Id] = [.. Enumerable.Range(1, RowsPerTable).Select(id => table.Columns.Select(c => Value(random, table, c, id)).ToArray())];
    }

    public Table Artists { get; }

    public Table Albums { get; }

    public Table Tracks { get; }

    public Table Tags { get; }

    public DatabaseSchema Schema { get; }

    public Dictionary<TableId, IReadOnlyList<object?[]>> Rows { get; } = [];

    /// <summary>A text that stands in the data, or nearly so.</summary>
    public static string Text(Random random) => _texts[random.Next(_texts.Length)];

    public static string DateText(Random random) => _dateTexts[random.Next(_dateTexts.Length)];

    public static string Day(Random random) => _days[random.Next(_days.Length)];

    public static string Moment(Random random) => _moments[random.Next(_moments.Length)];

    public static string Uuid(Random random) => _uuids[random.Next(_uuids.Length)];

    public static long Integer(Random random) => _integers[random.Next(_integers.Length)];

    public static double Real(Random random) => _reals[random.Next(_reals.Length)];

    public static byte[] Blob(Random random) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => (byte)(random.Next(2) * 255))];

    /// <summary>Makes the tables in a file and fills them.</summary>
    public void Store(Connection connection)
    {
        connection.Execute("PRAGMA synchronous = OFF");
        foreach (var table in Schema.Tables)
        {
            var columns = table.Columns.Select(c => $"{Identifier.Quote(c.Name)} {c.DeclaredType}{(c.IsPrimaryKey ? " PRIMARY KEY" : "")}");
            connection.Execute($"CREATE TABLE {Identifier.Quote(table.Name)} ({string.Join(", ", columns)})");
            var insert = $"INSERT INTO {Identifier.Quote(table.Name)} VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"))})";
            connection.Execute("BEGIN");
            foreach (var row in Rows[table.Id])
            {
                var statement = connection.Prepare(insert);
                for (var i = 0; i < row.Length; i++)
                    DraftBinding.Bind(statement, i + 1, Typed(row[i]));
                statement.Step();
                statement.Reset();
            }

            connection.Execute("COMMIT");
        }
    }

    private static TypedValue Typed(object? value) => value switch
    {
        long whole => TypedValue.Of(whole),
        double real => TypedValue.Of(real),
        string text => TypedValue.Text(Encoding.UTF8.GetBytes(text)),
        byte[] bytes => TypedValue.Blob(bytes),
        _ => TypedValue.Null,
    };

    /// <summary>Declares the tables in a database and fills them.</summary>
    public async Task StoreAsync(TestDatabase database)
    {
        foreach (var table in Schema.Tables)
        {
            await database.MakeTableAsync(new JsonObject
            {
                ["table_name"] = table.Name,
                ["columns"] = new JsonArray([.. table.Columns.Skip(1).Select(c => Declaration(table, c))]),
            }.ToJsonString());
            var records = Rows[table.Id].Select(row => new JsonObject(table.Columns.Skip(1).Select(c => KeyValuePair.Create(c.Name, Json(c, row[c.Ordinal])))));
            (await database.Table(table.Name).InsertManyAsync(new JsonArray([.. records]).ToJsonString()).Succeeds()).Dispose();
        }
    }

    private static JsonObject Declaration(Table table, Column column)
    {
        var declaration = new JsonObject { ["name"] = column.Name, ["type"] = column.DeclaredType == "DATESTAMP" ? "TEXT" : column.DeclaredType };
        if (table.ForeignKeys.FirstOrDefault(k => k.Column == column) is { } key)
        {
            declaration["references"] = new JsonObject { ["table"] = key.TargetTable };
            if (key.Inverse is not null)
                declaration["references"]!["inverse"] = key.Inverse; // just set
        }

        return declaration;
    }

    private static JsonNode? Json(Column column, object? value) => value switch
    {
        long scaled when column.Type == ColumnType.Decimal => DecimalText.ToText(scaled, column.Scale),
        long whole when column.Type == ColumnType.Boolean => whole == 1,
        long whole => whole,
        double real => real,
        string text when column.Type == ColumnType.Json => JsonNode.Parse(text),
        string text => text,
        byte[] bytes => Convert.ToBase64String(bytes),
        _ => null,
    };

    private object? Value(Random random, Table table, Column column, int id)
    {
        if (column.IsPrimaryKey)
            return (long)id;
        if (random.Next(6) == 0)
            return null;
        if (column.Name.EndsWith("_id", StringComparison.Ordinal))
            return (long)random.Next(1, !_isDeclared ? RowsPerTable + 5 : column.Name == "cover_of_id" ? id + 1 : RowsPerTable + 1); // some lead nowhere
        return column.Type switch
        {
            ColumnType.Text when column.Name is "stamp" or "old" => DateText(random),
            ColumnType.Text => Text(random),
            ColumnType.Integer => _isSummable ? _integers[random.Next(_smallIntegers)] : Integer(random),
            ColumnType.Real => Real(random),
            ColumnType.Boolean => (long)random.Next(2),
            ColumnType.Blob => Blob(random),
            ColumnType.Date => Day(random),
            ColumnType.DateTime => Moment(random),
            ColumnType.Uuid => Uuid(random),
            ColumnType.Json => _json[random.Next(_isDeclared ? 1 : 0, _json.Length)],
            ColumnType.Decimal when random.Next(3) == 0 => (long)Math.Pow(10, column.Precision) - 1,
            ColumnType.Decimal when random.Next(2) == 0 => random.Next(-2, 11) * (long)Math.Pow(10, column.Scale), // what other numbers are too
            ColumnType.Decimal => random.Next(-300, 300) * 25L,
            _ => throw new ArgumentOutOfRangeException(table.Name),
        };
    }

    private static Table Table(long id, string name, params string[] columns)
    {
        var built = columns.Select(Column).ToList();
        return new Table(new TableId(id), name, built, DateTimeOffset.UnixEpoch, "", 2)
        {
            ForeignKeys = [.. columns.Index().Where(c => c.Item.Contains('>', StringComparison.Ordinal))
                .Select(c => new ForeignKey(built[c.Index], c.Item.Split('>')[1], null, ReferenceAction.Restrict, null, c.Item.Contains("cover_of", StringComparison.Ordinal) ? "covers" : null))],
        };
    }

    private static Column Column(string declaration, int ordinal)
    {
        var words = declaration.Split('>')[0].Split(' ');
        var parts = words[1].Split('(', ',', ')');
        return new Column
        {
            Ordinal = ordinal,
            Name = words[0],
            Type = parts[0] == "DATESTAMP" ? ColumnType.Text : Enum.Parse<ColumnType>(parts[0], ignoreCase: true),
            Precision = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0,
            Scale = parts.Length > 1 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0,
            DeclaredType = words[1],
            IsNullable = ordinal > 0,
            IsUnique = false,
            IsPrimaryKey = ordinal == 0,
            Role = ordinal == 0 ? ColumnRole.Id : ColumnRole.Data,
        };
    }
}
