using Nebula.Core.Databases;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.ApiKeys;

public sealed class ApiKeyUsesTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _owner = null!; // set before each test
    private Database _database = null!; // set before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await _world.AccountAsync();
        _database = await _world.DatabaseAsync(_owner);
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Many_uses_of_many_keys_are_one_write_with_the_last_use_of_each()
    {
        var (one, oneText) = await _world.KeyAsync(_owner, _database, new() { Name = "one" });
        var (other, otherText) = await _world.KeyAsync(_owner, _database, new() { Name = "other" });
        for (var i = 0; i < 5; i++)
        {
            await _world.ApiKeys.AuthenticateAsync(oneText, Ct);
            _world.Clock.Now += TimeSpan.FromSeconds(1);
        }

        await _world.ApiKeys.AuthenticateAsync(otherText, Ct);
        await _world.Uses.FlushAsync(Ct);

        Assert.Equal(1, _world.ApiKeyStore.UseWrites);
        Assert.Equal(
            [(one.Id, WholeSeconds(Some.Time.AddSeconds(4))), (other.Id, WholeSeconds(Some.Time.AddSeconds(5)))], _world.ApiKeyStore.Uses.OrderBy(u =>
                u.At));
    }

    [Fact]
    public async Task A_use_is_written_once()
    {
        var (_, text) = await _world.KeyAsync(_owner, _database);
        await _world.ApiKeys.AuthenticateAsync(text, Ct);
        await _world.Uses.FlushAsync(Ct);
        await _world.Uses.FlushAsync(Ct);
        Assert.Equal(1, _world.ApiKeyStore.UseWrites);
    }

    [Fact]
    public async Task Uses_that_could_not_be_written_are_written_the_next_time()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        await _world.ApiKeys.AuthenticateAsync(text, Ct);
        _world.ApiKeyStore.UseFailure = new UnavailableException(new Error(ErrorCodes.StorageFull, "Full."));
        await Assert.ThrowsAsync<UnavailableException>(async () => await _world.Uses.FlushAsync(Ct));
        _world.ApiKeyStore.UseFailure = null;
        await _world.Uses.FlushAsync(Ct);

        Assert.Equal([(key.Id, WholeSeconds(Some.Time))], _world.ApiKeyStore.Uses);
    }

    [Fact]
    public async Task A_list_tells_of_uses_that_are_not_written_yet()
    {
        var (_, text) = await _world.KeyAsync(_owner, _database);
        await _world.ApiKeys.AuthenticateAsync(text, Ct);

        Assert.Equal(WholeSeconds(Some.Time), Assert.Single(await _world.ApiKeys.ListAsync(_owner, _database.Name, Ct).Succeeds()).LastUsedAt);
        Assert.Equal(0, _world.ApiKeyStore.UseWrites);
    }

    [Fact]
    public async Task Without_a_use_nothing_is_written()
    {
        await _world.Uses.FlushAsync(Ct);
        Assert.Equal(0, _world.ApiKeyStore.UseWrites);
    }

    [Fact]
    public async Task A_refused_key_was_not_used()
    {
        var (_, text) = await _world.KeyAsync(_owner, _database);
        await _world.ApiKeys.AuthenticateAsync(text[..^1] + "!", Ct);
        await _world.Uses.FlushAsync(Ct);
        Assert.Empty(_world.ApiKeyStore.Uses);
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
