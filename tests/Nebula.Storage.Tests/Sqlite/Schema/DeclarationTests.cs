using System.Text;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

/// <summary>What is believed of tables that another program made or changed.</summary>
public sealed class DeclarationTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.MakeTableAsync("""{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "unique": true}]}""");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_database_from_before_declarations_were_kept_gets_the_column_and_knows_its_tables()
    {
        await _database.AddTableAsync("plain", "a TEXT", "b INTEGER required unique");
        await _storage.RestartAsync(() =>
        {
            using var program = _storage.OpenFile(_database.Database);
            program.Run("ALTER TABLE _nebula_tables DROP COLUMN definition");
        });
        var database = _database.On(_storage.Services);

        Assert.True((await database.GetTableAsync("plain").Succeeds()).IsOwn);
        await database.TryAddTableAsync("plain", "a TEXT", "b INTEGER required unique").Succeeds();
        await database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "a", "type": "DATE"}]}""");
        Assert.Equal(ColumnType.Date, (await database.GetTableAsync("t").Succeeds()).Find("a")?.Type);
    }

    [Fact]
    public async Task What_another_program_changed_is_no_longer_believed()
    {
        await _database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "a", "type": "DATE"}, {"name": "b", "type": "DATE"}]}""");

        using (var program = _storage.OpenFile(_database.Database))
        {
            program.Run("ALTER TABLE t DROP COLUMN a");
            program.Run("ALTER TABLE t ADD COLUMN a INT");
            program.Run("ALTER TABLE t RENAME COLUMN b TO c");
        }

        _ = await _database.ListTablesAsync();
        var table = await _database.GetTableAsync("t").Succeeds();
        Assert.Equal([("c", ColumnType.Text), ("created_at", ColumnType.Text), ("updated_at", ColumnType.Text), ("a", ColumnType.Integer)], table.Columns.Skip(1).Select(c => (c.Name, c.Type)));
        Assert.False(table.IsOwn);
    }

    [Theory]
    [InlineData("integer", "id INTEGER PRIMARY KEY AUTOINCREMENT, a DECIMAL(10,2), b DATE", "1, 5, 'x'", "5", "\"x\"")]
    [InlineData("integer", "id INTEGER PRIMARY KEY, a DECIMAL(10,2) CHECK (a > 0), b DATE NOT NULL CHECK (date(b) IS b)", "1, 5, '2026-01-01'", "5", "\"2026-01-01\"")]
    [InlineData("uuid", "id UUID NOT NULL PRIMARY KEY, a DECIMAL(10,2), b DATE", "'no uuid', 5, 'x'", "5", "\"x\"")]
    public async Task A_table_that_another_program_made_again_is_read_as_its_own(string idType, string columns, string values, string a, string b)
    {
        var own = await _database.MakeTableAsync($$"""{"table_name": "t", "id_type": "{{idType}}", "columns": [{"name": "a", "type": "DECIMAL(10,2)", "default": "1.00"}, {"name": "b", "type": "DATE"}]}""");
        await own.AddAsync("""{"a": "1.50", "b": "2026-01-01"}""");

        using (var program = _storage.OpenFile(_database.Database))
            program.Run($"BEGIN; DROP TABLE t; CREATE TABLE t ({columns}, created_at TEXT, updated_at TEXT); INSERT INTO t VALUES ({values}, 'c', 'u'); COMMIT");

        var row = Assert.Single((await own.ListAsync()).Rows);
        Assert.Equal((a, b), (row["a"]?.ToJsonString(), row["b"]?.ToJsonString()));
        var table = await _database.GetTableAsync("t").Succeeds();
        Assert.False(table.IsOwn);
        Assert.NotEqual(ColumnType.Uuid, table.Columns[0].Type);
        Assert.Equal([(ColumnType.Real, null), (ColumnType.Text, null)], table.Definition?.Columns.Where(c => c.Name is "a" or "b").Select(c => (c.Type, c.Default?.Value.ToString())) ?? []);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"table_name":"t","columns":[{"name":"a","type":"NONSENSE"}]}""")]
    public async Task A_declaration_that_cannot_be_read_is_none(string text)
    {
        await _database.AddTableAsync("t", "a TEXT");
        using (var program = _storage.OpenFile(_database.Database))
            program.Run("UPDATE _nebula_tables SET definition = $text WHERE name = 't'", ("$text", text));

        await _storage.RestartAsync();

        var table = await _database.On(_storage.Services).GetTableAsync("t").Succeeds();
        Assert.Equal(ColumnType.Text, table.Find("a")?.Type);
    }

    [Fact]
    public async Task A_table_of_another_program_is_described_as_closely_as_can_be()
    {
        using (var program = _storage.OpenFile(_database.Database))
        {
            program.Run(
                """
                CREATE TABLE guests (code VARCHAR(9) PRIMARY KEY, n INT NOT NULL DEFAULT 5, at DATETIME DEFAULT CURRENT_TIMESTAMP, host INTEGER REFERENCES artists ON DELETE CASCADE,
                  name TEXT DEFAULT 'it''s', UNIQUE (n, name))
                """);
            program.Run("CREATE INDEX by_name ON guests (name)");
            program.Run("CREATE INDEX by_host ON guests (host)");
            program.Run("CREATE INDEX by_part ON guests (n) WHERE n > 5");
            program.Run("CREATE INDEX by_lower ON guests (lower(name))");
            program.Run("CREATE TABLE pairs (b TEXT, a INTEGER, PRIMARY KEY (a, b))");
        }

        _ = await _database.ListTablesAsync();
        Assert.Equal(
            """{"table_name":"guests","columns":[{"name":"code","type":"TEXT","nullable":false},{"name":"n","type":"INTEGER","nullable":false,"default":5},{"name":"at","type":"TEXT"},"""
            + """{"name":"host","type":"INTEGER","references":{"table":"artists","on_delete":"cascade"}},{"name":"name","type":"TEXT","default":"it's"}],"unique":[["n","name"]],"""
            + "\"indexes\":" + """[{"name":"by_name","columns":["name"]}]}""",
            await DeclarationAsync("guests"));
        var pairs = await _database.GetTableAsync("pairs").Succeeds();
        Assert.Equal(["a", "b"], pairs.KeyColumns.Select(c => c.Name));
        Assert.All(pairs.Columns, c => Assert.Equal((ColumnRole.Data, false), (c.Role, c.IsNullable)));
    }

    [Theory]
    [InlineData("'it''s'", "it's")]
    [InlineData("''", "")]
    [InlineData("''''", "'")]
    [InlineData("('a')", "a")]
    [InlineData("5", "5")]
    [InlineData("('a' || 'b')", null)]
    [InlineData("(('a') || ('b'))", null)]
    [InlineData("('a' || '''' || 'b')", null)]
    [InlineData("(2026-11-23)", null)]
    public async Task A_default_of_another_program_is_a_text_only_where_it_is_one(string sql, string? text)
    {
        using (var program = _storage.OpenFile(_database.Database))
            program.Run($"CREATE TABLE guests (name TEXT DEFAULT {sql})");

        _ = await _database.ListTablesAsync();
        var table = await _database.GetTableAsync("guests").Succeeds();

        Assert.Equal(text, table.Definition?.Columns[0].Default?.Value.AsText());
    }

    [Theory]
    [InlineData("id INTEGER PRIMARY KEY", true)]
    [InlineData("id INTEGER, PRIMARY KEY (id)", true)]
    [InlineData("id INTEGER PRIMARY KEY DESC", false)]
    [InlineData("id INT PRIMARY KEY", false)]
    [InlineData("id BIGINT PRIMARY KEY", false)]
    [InlineData("id TEXT PRIMARY KEY", false)]
    public async Task Only_the_number_of_a_row_is_an_id_that_the_database_gives(string columns, bool isRowId)
    {
        using (var program = _storage.OpenFile(_database.Database))
            program.Run($"CREATE TABLE guests ({columns})");

        _ = await _database.ListTablesAsync();
        var table = await _database.GetTableAsync("guests").Succeeds();

        Assert.Equal(isRowId ? ColumnRole.Id : ColumnRole.Data, table.Columns[0].Role);
        Assert.Equal(["id"], table.KeyColumns.Select(c => c.Name));
        Assert.False(table.Columns[0].IsNullable);
    }

    private async Task<string> DeclarationAsync(string table) =>
        Encoding.UTF8.GetString(TableDefinitionJson.Write((await _database.On(_storage.Services).GetTableAsync(table).Succeeds()).Definition ?? throw new InvalidOperationException("No definition.")));
}
