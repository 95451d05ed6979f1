using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Databases;

/// <summary>What is kept by name, and forgotten by id.</summary>
public sealed class DatabaseNamesTests
{
    private static readonly UserId _owner = new(Guid.CreateVersion7());

    private readonly InMemoryDatabases _store = new(TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_is_forgotten_is_looked_up_again_and_the_others_are_not()
    {
        var names = new DatabaseNames(_store, capacity: 100);
        var (shop, _) = (await AddAsync("shop"), await AddAsync("blog"));
        await GetAsync(names, "shop");
        await GetAsync(names, "blog");

        names.Forget(shop.Id);
        var before = _store.Lookups;
        await GetAsync(names, "blog");
        Assert.Equal(before, _store.Lookups);
        await GetAsync(names, "shop");
        Assert.Equal(before + 1, _store.Lookups);
        await GetAsync(names, "shop");
        Assert.Equal(before + 1, _store.Lookups);
    }

    [Fact]
    public async Task One_that_another_server_renamed_is_found_by_its_new_name_alone_before_and_after_the_news()
    {
        var names = new DatabaseNames(_store, capacity: 100);
        var shop = await AddAsync("shop");
        await GetAsync(names, "shop");
        await _store.RenameAsync(shop, Some.DatabaseName("store"), Ct);

        Assert.NotNull(await GetAsync(names, "store"));
        Assert.Null(await GetAsync(names, "shop"));
        names.Forget(shop.Id);
        Assert.Null(await GetAsync(names, "shop"));
        Assert.Equal("store", (await GetAsync(names, "store"))?.Name.Value);
    }

    [Fact]
    public async Task One_that_is_forgotten_while_it_is_looked_up_is_not_kept_as_it_was()
    {
        var names = new DatabaseNames(_store, capacity: 100);
        var shop = await AddAsync("shop");
        _store.Reading.Close();
        var reading = GetAsync(names, "shop").AsTask();
        await _store.Reading.ArrivedAsync(Ct);

        await _store.RenameAsync(shop, Some.DatabaseName("store"), Ct);
        names.Forget(shop.Id);
        _store.Reading.Open();

        Assert.Null(await reading);
        Assert.Null(await GetAsync(names, "shop"));
    }

    [Fact]
    public async Task No_more_names_are_remembered_than_there_is_room_for()
    {
        var names = new DatabaseNames(_store, capacity: 3);
        for (var i = 0; i < 10; i++)
        {
            await AddAsync($"db{i}");
            Assert.NotNull(await GetAsync(names, $"db{i}"));
            Assert.InRange(names.Count, 1, 3);
        }

        var before = _store.Lookups;
        await GetAsync(names, "db9");
        Assert.Equal(before, _store.Lookups);
    }

    private async Task<Database> AddAsync(string name) => (await _store.AddAsync(_owner, Some.DatabaseName(name), most: null, Ct)).Succeeds();

    private static ValueTask<Database?> GetAsync(DatabaseNames names, string name) => names.GetAsync(_owner, Some.DatabaseName(name), Ct);
}
