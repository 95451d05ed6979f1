using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.ApiKeys;

public sealed class ApiKeyAuthenticationTests : IAsyncLifetime
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
    public async Task A_key_stands_for_its_database()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        var caller = await AuthenticateAsync(text);

        Assert.Equal((key.Id, _database.Id), (caller?.Key.Id, caller?.DatabaseId));
        Assert.True(caller?.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task A_key_is_looked_up_once_and_its_callers_are_one()
    {
        var (_, text) = await _world.KeyAsync(_owner, _database);
        var caller = await AuthenticateAsync(text);

        Assert.True(_world.ApiKeys.AuthenticateAsync(text, Ct).IsAnsweredAtOnce());
        Assert.Same(caller, await AuthenticateAsync(text));
        Assert.Equal(1, _world.ApiKeyStore.Lookups);
    }

    [Fact]
    public async Task From_memory_alone_only_a_key_that_was_used_is_known()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        Assert.Null(_world.ApiKeys.AuthenticateFromMemory(text));
        var caller = await AuthenticateAsync(text);

        Assert.Same(caller, _world.ApiKeys.AuthenticateFromMemory(text));
        Assert.Null(_world.ApiKeys.AuthenticateFromMemory(text[..^1] + "!"));
        Assert.Null(_world.ApiKeys.AuthenticateFromMemory(""));
        Assert.Equal(1, _world.ApiKeyStore.Lookups);
        await _world.ApiKeys.DeleteAsync(_owner, _database.Name, key.Id, Ct).Succeeds();
        Assert.Null(_world.ApiKeys.AuthenticateFromMemory(text));
    }

    [Fact]
    public async Task A_key_of_v02_goes_on_working()
    {
        const string Old = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
        var hash = ApiKeyText.Hash(Old);
        _world.ApiKeyStore.All.Add(Some.Key() with
        {
            DatabaseId = _database.Id, Prefix = ApiKeyText.PrefixOf(Old), LookupKey = ApiKeyText.LookupKeyOf(Old, hash), SecretHash = hash,
        });

        Assert.Equal(_database.Id, (await AuthenticateAsync(Old))?.DatabaseId);
        Assert.Null(await AuthenticateAsync(Old.ToUpperInvariant()));
    }

    [Fact]
    public async Task A_key_with_a_wrong_secret_stands_for_nobody_whether_the_right_one_is_known_or_not()
    {
        var (_, text) = await _world.KeyAsync(_owner, _database);
        var wrong = text[..^1] + (text[^1] == 'A' ? 'B' : 'A');

        Assert.Null(await AuthenticateAsync(wrong));
        Assert.NotNull(await AuthenticateAsync(text));
        Assert.Null(await AuthenticateAsync(wrong));
        Assert.Null(await AuthenticateAsync(text + "x"));
        Assert.Null(await AuthenticateAsync(text[..^1]));
        Assert.Null(await AuthenticateAsync(text[..13]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("neb_")]
    [InlineData("neb_ab12cd34_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_unknown_key_stands_for_nobody(string text) => Assert.Null(await AuthenticateAsync(text));

    [Fact]
    public async Task What_is_too_long_to_be_a_key_is_not_even_looked_up()
    {
        Assert.Null(await AuthenticateAsync(new string('x', 1_000_000)));
        Assert.Equal(0, _world.ApiKeyStore.Lookups);
    }

    [Fact]
    public async Task A_key_that_is_made_after_it_was_tried_works_at_once()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        var stored = _world.ApiKeyStore.All.Single(k => k.Id == key.Id);
        _world.ApiKeyStore.All.Clear();
        Assert.Null(await AuthenticateAsync(text));
        _world.ApiKeyStore.All.Add(stored);

        Assert.NotNull(await AuthenticateAsync(text));
    }

    [Fact]
    public async Task An_expired_key_stands_for_nobody_and_stops_who_came_with_it()
    {
        var (_, text) = await _world.KeyAsync(_owner, _database, new ApiKeyChange { Name = "app", ExpiresAt = new(Some.Time.AddMinutes(1)) });
        var caller = await AuthenticateAsync(text);
        Assert.NotNull(caller);

        _world.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(await AuthenticateAsync(text));
        Assert.False(caller.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task A_revoked_key_stands_for_nobody_and_stops_who_came_with_it()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        var caller = await AuthenticateAsync(text);
        await _world.ApiKeys.DeleteAsync(_owner, _database.Name, key.Id, Ct).Succeeds();

        Assert.False(caller?.IsCurrent(_world.Clock));
        Assert.Null(await AuthenticateAsync(text));
    }

    [Fact]
    public async Task A_key_that_was_looked_up_while_it_was_revoked_lets_nobody_in()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        _world.ApiKeyStore.Reading.Close();
        var authenticating = AuthenticateAsync(text);
        await _world.ApiKeyStore.Reading.ArrivedAsync(Ct);
        await _world.ApiKeys.DeleteAsync(_owner, _database.Name, key.Id, Ct).Succeeds();
        _world.ApiKeyStore.Reading.Open();

        Assert.Null(await authenticating);
        Assert.Null(await AuthenticateAsync(text));
    }

    [Fact]
    public async Task A_key_that_was_looked_up_while_it_was_changed_has_its_new_rights()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        _world.ApiKeyStore.Reading.Close();
        var authenticating = AuthenticateAsync(text);
        await _world.ApiKeyStore.Reading.ArrivedAsync(Ct);
        await _world.ApiKeys.UpdateAsync(_owner, _database.Name, key.Id, new ApiKeyChange { Scopes = ["records:read"] }, Ct).Succeeds();
        _world.ApiKeyStore.Reading.Open();

        Assert.Equal(Scopes.RecordsRead, (await authenticating)?.Key.Scopes);
    }

    [Fact]
    public async Task A_changed_key_works_at_once_with_its_new_rights_and_stops_who_came_with_the_old_ones()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        var before = await AuthenticateAsync(text);
        await _world.ApiKeys.UpdateAsync(_owner, _database.Name, key.Id, new ApiKeyChange { Scopes = ["records:read"] }, Ct).Succeeds();

        Assert.False(before?.IsCurrent(_world.Clock));
        var after = await AuthenticateAsync(text);
        Assert.Equal(Scopes.RecordsRead, after?.Key.Scopes);
        Assert.True(after?.IsCurrent(_world.Clock));
    }

    // The answer was lost, the key may be gone: nobody may be let in from memory as if it were not.
    [Fact]
    public async Task A_revocation_whose_end_is_not_known_is_looked_up_again()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        var caller = await AuthenticateAsync(text);
        _world.ApiKeyStore.LostAnswer = new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _world.ApiKeys.DeleteAsync(_owner, _database.Name, key.Id, Ct));

        Assert.False(caller?.IsCurrent(_world.Clock));
        Assert.Null(await AuthenticateAsync(text));
    }

    [Fact]
    public async Task A_change_whose_end_is_not_known_is_looked_up_again()
    {
        var (key, text) = await _world.KeyAsync(_owner, _database);
        var caller = await AuthenticateAsync(text);
        _world.ApiKeyStore.LostAnswer = new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await _world.ApiKeys.UpdateAsync(_owner, _database.Name, key.Id, new ApiKeyChange { Scopes = ["records:read"] }, Ct));

        Assert.False(caller?.IsCurrent(_world.Clock));
        Assert.Equal(Scopes.RecordsRead, (await AuthenticateAsync(text))?.Key.Scopes);
    }

    private async Task<KeyCaller?> AuthenticateAsync(string text) => await _world.ApiKeys.AuthenticateAsync(text, Ct);
}
