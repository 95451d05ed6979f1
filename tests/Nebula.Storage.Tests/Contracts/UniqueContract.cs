using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of unique columns.</summary>
public abstract class UniqueContract(StorageFixture storage)
{
    [Fact]
    public async Task A_second_record_with_a_unique_value_is_refused_by_the_name_of_the_column()
    {
        var table = await TableAsync("email TEXT unique", "name TEXT");
        await table.AddAsync("""{"email": "a@b", "name": "x"}""");

        var error = await table.InsertAsync("""{"email": "a@b", "name": "y"}""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal(("email", FieldCodes.Unique), (Assert.Single(error.Details).Field, error.Details[0].Code));
        Assert.Equal(1, await table.TotalAsync());
    }

    [Theory]
    [InlineData("TEXT", "\"x\"")]
    [InlineData("TEXT", "\"\"")]
    [InlineData("INTEGER", "7")]
    [InlineData("REAL", "0.5")]
    [InlineData("BLOB", "\"AAEC\"")]
    [InlineData("BLOB", "\"\"")]
    [InlineData("BOOLEAN", "true")]
    public async Task Values_of_each_type_can_be_unique(string type, string value)
    {
        var table = await TableAsync($"v {type} unique");
        await table.AddAsync($$"""{"v": {{value}}}""");

        var error = await table.InsertAsync($$"""{"v": {{value}}}""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal("v", Assert.Single(error.Details).Field);
    }

    [Fact]
    public async Task Every_violated_column_is_named()
    {
        var table = await TableAsync("a TEXT unique", "b INTEGER unique", "c INTEGER unique");
        await table.AddAsync("""{"a": "x", "b": 1, "c": 1}""");
        await table.AddAsync("""{"a": "y", "b": 2, "c": 2}""");

        var error = await table.InsertAsync("""{"a": "x", "b": 2, "c": 3}""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal(["a", "b"], error.Details.Select(d => d.Field));
    }

    [Fact]
    public async Task An_update_to_a_taken_value_is_refused_and_changes_nothing()
    {
        var table = await TableAsync("a TEXT unique", "b INTEGER");
        await table.AddAsync("""{"a": "x"}""");
        var row = await table.AddAsync("""{"a": "y", "b": 1}""");

        var error = await table.UpdateAsync(row.Id, """{"a": "x", "b": 2}""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal("a", Assert.Single(error.Details).Field);
        Assert.Equal(row.Text, (await table.FindAsync(row.Id).Succeeds()).Text);
    }

    [Fact]
    public async Task A_record_may_keep_its_own_value()
    {
        var table = await TableAsync("a TEXT unique", "b INTEGER");
        var row = await table.AddAsync("""{"a": "x"}""");

        await table.UpdateAsync(row.Id, """{"a": "x", "b": 2}""").Succeeds();
    }

    [Fact]
    public async Task Nulls_are_not_equal_to_each_other()
    {
        var table = await TableAsync("a TEXT unique", "b INTEGER");

        await table.AddAsync("""{"b": 1}""");
        await table.AddAsync("""{"a": null}""");

        Assert.Equal(2, await table.TotalAsync());
    }

    [Fact]
    public async Task Text_is_unique_by_its_bytes()
    {
        var table = await TableAsync("a TEXT unique");

        await table.AddAsync("""{"a": "x"}""");
        await table.AddAsync("""{"a": "X"}""");
        await table.AddAsync("""{"a": "\u00e9"}""");
        await table.AddAsync("""{"a": "e\u0301"}""");

        Assert.Equal(4, await table.TotalAsync());
    }

    [Fact]
    public async Task A_deleted_value_is_free_again()
    {
        var table = await TableAsync("a TEXT unique");
        var row = await table.AddAsync("""{"a": "x"}""");

        await table.DeleteAsync(row.Id).Succeeds();

        await table.AddAsync("""{"a": "x"}""");
    }

    [Fact]
    public async Task A_violation_among_a_hundred_unique_columns_is_named()
    {
        var columns = Enumerable.Range(0, 100).Select(i => $"c{i}").ToList();
        var table = await TableAsync([.. columns.Select(c => $"{c} INTEGER unique")]);
        var record = $"{{{string.Join(", ", columns.Select((c, i) => $"\"{c}\": {i}"))}}}";
        await table.AddAsync(record);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var error = await table.InsertAsync(record).FailsWith(ErrorCodes.UniqueViolation);
            Assert.Equal(columns, error.Details.Select(d => d.Field));
        }
    }

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
