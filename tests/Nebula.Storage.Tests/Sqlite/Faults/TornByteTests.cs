using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Faults;

/// <summary>
/// Bytes flipped, or a file cut, anywhere in what a crash left: the file, its log and the index of the log. Of the log it shows as what was committed up to there, never as a wrong row; of its index not at all. A file
/// has no checksums, so what is flipped within a value stays unnoticed; whatever it is, nobody meets a fault of the server, and the neighbour serves.
/// </summary>
public sealed class TornByteTests : IAsyncLifetime
{
    private const int InFile = 200;
    private const int InLog = 100;

    private RunningStorage _storage = null!; // set before each test
    private TestTable _torn = null!;
    private TestTable _neighbour = null!;

    /// <summary>How many files of each kind are torn: <c>NEBULA_TORN_ROUNDS</c>, or 12.</summary>
    private static int Rounds => Seed.Times("NEBULA_TORN_ROUNDS", 12);

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        var tenant = await _storage.Services.AddTenantAsync();
        (_torn, _neighbour) = (await tenant.AddTableAsync("n INTEGER", "t TEXT"), await tenant.AddTableAsync("n INTEGER", "t TEXT"));
        await FillAsync(0, InFile, atOnce: true);
        await _storage.RestartAsync();
        (_torn, _neighbour) = (_torn.Database.On(_storage.Services).Table("items"), _neighbour.Database.On(_storage.Services).Table("items"));
        await FillAsync(InFile, InLog, atOnce: false);
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    public Task Of_a_torn_log_all_is_there_that_was_committed_up_to_there(string fault) => TearAsync("-wal", fault, async torn =>
    {
        var ids = (await torn.ListAsync("limit=1000&sort=id")).Rows.Select(row => IsWhole(row)).ToList();
        Assert.InRange(ids.Count, InFile, InFile + InLog);
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(id => (long)id), ids);
        Assert.Equal(ids.Count, await torn.TotalAsync());
        Assert.Equal(ids.Count + 1, (await torn.AddAsync(Record(ids.Count))).Id);
        return 0;
    });

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    public Task A_torn_index_of_the_log_is_made_anew(string fault) => TearAsync("-shm", fault, async torn =>
    {
        Assert.Equal(InFile + InLog, (await torn.ListAsync("limit=1000&sort=id")).Rows.Select(row => IsWhole(row)).Count());
        Assert.Equal(InFile + InLog, await torn.TotalAsync());
        return 0;
    });

    [Fact]
    public Task A_file_that_is_cut_anywhere_is_noticed_before_any_of_it_is_served_wrong() => TearAsync("", "cut", async torn =>
    {
        var (rows, refused) = await ReadAllAsync(torn);
        Assert.All(rows, row => IsWhole(row.Json));
        Assert.True(refused > 0 || rows.Count == InFile, $"{rows.Count} of {InFile} records, and no fault.");
        return refused > 0 ? 1 : 0;
    });

    [Fact]
    public Task A_file_with_flipped_bytes_never_makes_the_server_fail() => TearAsync("", "flipped", async torn =>
    {
        var (_, refused) = await ReadAllAsync(torn);
        return refused > 0 ? 1 : 0;
    });

    private static string Record(int n) => $$"""{"n": {{n}}, "t": "{{Text(n)}}"}""";

    private static string Text(long n) => string.Concat(Enumerable.Repeat($"{n} ", 100));

    private static long IsWhole(System.Text.Json.Nodes.JsonObject row)
    {
        var id = row["id"]!.GetValue<long>(); // every record has one
        Assert.Equal((id - 1, Text(id - 1)), (row["n"]!.GetValue<long>(), row["t"]!.GetValue<string>()));
        return id;
    }

    /// <summary>By every way there is to a record. Anything but a record, or that the database can't be used, fails the test.</summary>
    private static async Task<(List<Row> Rows, int Refused)> ReadAllAsync(TestTable table)
    {
        var (rows, refused) = (new List<Row>(), 0);
        string[] allowed = ["ok", ErrorCodes.Unavailable, ErrorCodes.TableNotFound, ErrorCodes.RecordNotFound];
        for (var id = 1; id <= InFile; id++)
        {
            var found = await table.FindAsync(id);
            Assert.Contains(found.Code(), allowed);
            if (found.TryGet(out var row, out var error))
                rows.Add(row);
            else
                refused += error.Code == ErrorCodes.Unavailable ? 1 : 0;
        }

        foreach (var query in new[] { "limit=1000", "limit=5&sort=-t", "limit=5&filter=n%20%3E%2010" })
            refused += (await table.TryListAsync(query)).Code() == ErrorCodes.Unavailable ? 1 : 0;
        refused += (await table.InsertAsync(Record(InFile))).Code() == ErrorCodes.Unavailable ? 1 : 0;
        return (rows, refused);
    }

    private async Task FillAsync(int first, int count, bool atOnce)
    {
        foreach (var table in new[] { _torn, _neighbour })
        {
            if (atOnce)
                (await table.InsertManyAsync($"[{string.Join(',', Enumerable.Range(first, count).Select(Record))}]").Succeeds()).Dispose();
            for (var n = first; !atOnce && n < first + count; n++)
                await table.AddAsync(Record(n)); // each a commit of its own
        }
    }

    /// <param name="companion">What is torn: the file, or one beside it.</param>
    /// <param name="verify">Looks at the torn database; gives how many faults were noticed.</param>
    private Task TearAsync(string companion, string fault, Func<TestTable, Task<int>> verify) => Seed.RunAsync(async random =>
    {
        if (companion.Length == 0)
            await _storage.StopAsync(); // so that the file holds all, and has no log
        else
            Assert.True(new FileInfo(_storage.PathOf(_torn.Database.Database) + companion).Length > 0);
        var noticed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var copy = _storage.Directory.Copy();
            Tear(copy.Combine(Path.GetRelativePath(_storage.Directory.Path, _storage.PathOf(_torn.Database.Database))) + companion, fault, random);
            await using var after = await RunningStorage.StartInAsync(copy);
            noticed += await verify(_torn.Database.On(after.Services).Table("items"));

            var neighbour = _neighbour.Database.On(after.Services).Table("items");
            Assert.Equal(InFile + InLog, (await neighbour.ListAsync("limit=1000&sort=id")).Rows.Select(row => IsWhole(row)).Count());
            await neighbour.AddAsync(Record(InFile + InLog));
        }

        FaultReport.Add("torn file", ("files broken", Rounds), ("found broken", noticed));
    });

    private static void Tear(string path, string fault, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        if (fault == "cut")
        {
            file.SetLength(random.NextInt64(file.Length));
            return;
        }

        for (var flips = random.Next(1, 17); flips > 0; flips--)
        {
            file.Position = random.NextInt64(file.Length);
            var flipped = (byte)(file.ReadByte() ^ random.Next(1, 256));
            file.Position--;
            file.WriteByte(flipped);
        }
    }
}
