using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of tables.</summary>
public abstract class TableContract(StorageFixture storage)
{
    [Fact]
    public async Task A_table_has_its_key_its_columns_and_its_timestamps_in_order()
    {
        var database = await DatabaseAsync();
        await database.AddTableAsync("people", "Name TEXT required", "age INTEGER unique", "score REAL", "photo BLOB", "active BOOLEAN");

        var table = await database.GetTableAsync("PEOPLE").Succeeds();

        Assert.Equal("people", table.Name);
        Assert.Equal(["id", "Name", "age", "score", "photo", "active", "created_at", "updated_at"], table.Columns.Select(c => c.Name));
        Assert.Equal(
            [ColumnType.Integer, ColumnType.Text, ColumnType.Integer, ColumnType.Real, ColumnType.Blob, ColumnType.Boolean, ColumnType.Text, ColumnType.Text],
            table.Columns.Select(c => c.Type));
        Assert.Equal(["id", "Name", "created_at", "updated_at"], table.Columns.Where(c => !c.IsNullable).Select(c => c.Name));
        Assert.Equal(["age"], table.Columns.Where(c => c.IsUnique && !c.IsPrimaryKey).Select(c => c.Name));
        Assert.Equal("id", table.Key?.Name);
        Assert.Equal(
            [ColumnRole.Id, ColumnRole.CreatedAt, ColumnRole.UpdatedAt],
            table.Columns.Where(c => c.Role != ColumnRole.Data).Select(c => c.Role));
    }

    [Fact]
    public async Task The_same_definition_again_changes_nothing()
    {
        var database = await DatabaseAsync();
        var first = await database.TryAddTableAsync("t", "a TEXT", "b INTEGER required unique").Succeeds();
        await database.Table("t").AddAsync("""{"a": "kept", "b": 1}""");

        var again = await database.TryAddTableAsync("T", "B integer unique required", "A text").Succeeds();

        Assert.Equal((first.Id, first.Name), (again.Id, again.Name));
        Assert.Equal(1, await database.Table("t").TotalAsync());
        Assert.Single(await database.ListTablesAsync());
    }

    [Theory]
    [InlineData("a INTEGER")]
    [InlineData("a TEXT required")]
    [InlineData("a TEXT unique")]
    [InlineData("b TEXT")]
    [InlineData("a TEXT|b TEXT")]
    [InlineData("a TEXT|created_at TEXT")]
    public async Task Another_definition_of_the_same_name_is_refused(string columns)
    {
        var database = await DatabaseAsync();
        await database.AddTableAsync("t", "a TEXT");

        await database.TryAddTableAsync("t", columns.Split('|')).FailsWith(ErrorCodes.TableExists);
    }

    [Fact]
    public async Task Of_many_that_make_the_same_table_at_once_each_succeeds_and_one_table_is_there()
    {
        var database = await DatabaseAsync();

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => database.TryAddTableAsync("t", "a TEXT").AsTask()));

        Assert.Single(made.Select(m => m.Succeeds().Id).Distinct());
        Assert.Single(await database.ListTablesAsync());
    }

    [Fact]
    public async Task Declared_timestamps_are_the_users_own()
    {
        var database = await DatabaseAsync();
        var table = await database.AddTableAsync("t", "created_at INTEGER", "n INTEGER");

        var row = await table.AddAsync("""{"created_at": 5, "n": 1}""");

        Assert.Equal("5", row["created_at"]);
        Assert.Equal(["id", "created_at", "n", "updated_at"], row.Json.Select(p => p.Key));
    }

    [Fact]
    public async Task Tables_are_listed_in_the_order_of_their_creation_and_counted()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        foreach (var name in new[] { "b", "c", "a" })
            await database.AddTableAsync(name, "n INTEGER");
        await database.DropAsync("c").Succeeds();
        await database.AddTableAsync("d", "n INTEGER");

        Assert.Equal(["b", "a", "d"], (await database.ListTablesAsync()).Select(t => t.Name));
        Assert.Equal(3, (await tenant.Services.Databases.GetAsync(tenant.Caller, database.Database.Name, Ct).Succeeds()).Tables);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_not_found()
    {
        var database = await DatabaseAsync();

        await database.GetTableAsync("t").FailsWith(ErrorCodes.TableNotFound);
        await database.DropAsync("t").FailsWith(ErrorCodes.TableNotFound);
        await database.Table("t").InsertAsync("""{"n": 1}""").FailsWith(ErrorCodes.TableNotFound);
        await database.Table("t").TryListAsync().FailsWith(ErrorCodes.TableNotFound);
    }

    [Fact]
    public async Task A_dropped_table_takes_its_records_with_it()
    {
        var database = await DatabaseAsync();
        var table = await database.AddTableAsync("t", "n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        Assert.Equal(1, await table.TotalAsync());

        await database.DropAsync("t").Succeeds();
        await table.FindAsync(1).FailsWith(ErrorCodes.TableNotFound);
        await database.AddTableAsync("t", "n INTEGER");

        Assert.Equal(0, await table.TotalAsync());
        await table.FindAsync(1).FailsWith(ErrorCodes.RecordNotFound);
    }

    [Fact]
    public async Task A_table_made_anew_is_another_one()
    {
        var database = await DatabaseAsync();
        var first = await database.TryAddTableAsync("t", "n INTEGER").Succeeds();
        await database.DropAsync("t").Succeeds();

        var second = await database.TryAddTableAsync("t", "n INTEGER").Succeeds();

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_table_opened_before_it_was_made_anew_is_refused_as_stale()
    {
        var database = await DatabaseAsync();
        var table = await database.AddTableAsync("t", "n INTEGER");
        var old = await table.OpenAsync().Succeeds();
        await database.DropAsync("t").Succeeds();
        await database.AddTableAsync("t", "n INTEGER");

        var dropped = await storage.Services.TableStore.DropAsync(old, Ct);

        dropped.FailsWith(ErrorCodes.TableNotFound);
        Assert.Single(await database.ListTablesAsync());
    }

    [Theory]
    [InlineData("group")]
    [InlineData("SELECT")]
    [InlineData("1")]
    [InlineData("_")]
    [InlineData("rowid")]
    [InlineData("x23456789012345678901234567890123456789012345678901234567890123")]
    public async Task Any_valid_name_will_do_for_tables_and_columns(string name)
    {
        var database = await DatabaseAsync();
        var table = await database.AddTableAsync(name, $"{name} TEXT unique");

        var row = await table.AddAsync($$"""{"{{name}}": "x"}""");

        Assert.Equal("\"x\"", (await table.FindAsync(row.Id).Succeeds())[name]);
        Assert.Equal([row.Id], (await table.ListAsync($"{name}=x&sort={name}")).Ids);
        Assert.Equal(name, Assert.Single((await table.InsertAsync($$"""{"{{name}}": "x"}""").FailsWith(ErrorCodes.UniqueViolation)).Details).Field);
        await database.DropAsync(name).Succeeds();
    }

    [Fact]
    public async Task Tables_survive_a_restart_with_their_identity()
    {
        var database = await DatabaseAsync();
        var made = await database.TryAddTableAsync("t", "n INTEGER").Succeeds();

        await storage.RestartAsync();

        var found = await database.On(storage.Services).GetTableAsync("t").Succeeds();
        Assert.Equal((made.Id, made.CreatedAt, made.Sql), (found.Id, found.CreatedAt, found.Sql));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<TestDatabase> DatabaseAsync() => await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
}
