using Nebula.Core.Auditing;
using Nebula.Core.Quotas;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Quotas;

public sealed class QuotaServiceTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _owner = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _owner = await _world.AccountAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task What_is_set_for_an_account_goes_before_what_is_configured()
    {
        var quotas = new QuotaService(_world.QuotaStore, QuotaSet.Unlimited.With([new(Quota.Databases, 5), new(Quota.RowsPerRequest, 50)]), _world.DatabaseStore, _world.Clock);
        Assert.Equal((5, 50, null), Of(await quotas.OfAsync(_owner.Id, Ct)));

        await quotas.SetAsync(_owner.Id, [new(Quota.Databases, 7), new(Quota.RowsPerRequest, 0), new(Quota.BytesPerDatabase, 4096)], Ct);
        Assert.Equal((7, null, 4096), Of(await quotas.OfAsync(_owner.Id, Ct)));

        await quotas.SetAsync(_owner.Id, [new(Quota.Databases, null), new(Quota.RowsPerRequest, null)], Ct);
        Assert.Equal((5, 50, 4096), Of(await quotas.OfAsync(_owner.Id, Ct)));
    }

    [Fact]
    public async Task They_are_looked_up_once_and_anew_when_another_server_changed_them()
    {
        await _world.Quotas.OfAsync(_owner.Id, Ct);
        var lookups = _world.QuotaStore.Lookups;
        await _world.Quotas.OfAsync(_owner.Id, Ct);
        Assert.Equal(lookups, _world.QuotaStore.Lookups);

        await _world.QuotaStore.SetAsync(_owner.Id, [new(Quota.Databases, 1)], Ct);
        Assert.Null((await _world.Quotas.OfAsync(_owner.Id, Ct))[Quota.Databases]);
        _world.Quotas.Refresh(_owner.Id);
        Assert.Equal(1, (await _world.Quotas.OfAsync(_owner.Id, Ct))[Quota.Databases]);
    }

    [Fact]
    public async Task A_full_database_is_noticed_within_a_second()
    {
        await _world.Quotas.SetAsync(_owner.Id, [new(Quota.BytesPerDatabase, 8192)], Ct);
        var database = await _world.DatabaseAsync(_owner);
        _world.DatabaseStore.Used = 8191;
        Assert.Null(await _world.Quotas.CheckBytesAsync(database, Ct));

        _world.DatabaseStore.Used = 8192;
        _world.Clock.Now += TimeSpan.FromMilliseconds(999);
        Assert.Null(await _world.Quotas.CheckBytesAsync(database, Ct));
        _world.Clock.Now += TimeSpan.FromMilliseconds(1);

        var error = await _world.Quotas.CheckBytesAsync(database, Ct);
        Assert.Equal(("quota_exceeded", "The quota 'bytes_per_database' is 8192, and the database takes 8192."), (error?.Code, error?.Message));
    }

    [Fact]
    public async Task A_page_is_as_long_as_allowed_unless_more_is_asked_for()
    {
        await _world.Quotas.SetAsync(_owner.Id, [new(Quota.RowsPerRequest, 20)], Ct);
        var database = await _world.DatabaseAsync(_owner);

        Assert.Equal(20, await _world.Quotas.FitPageAsync(database, 100, [], Ct).Succeeds());
        Assert.Equal(10, await _world.Quotas.FitPageAsync(database, 10, [new("limit", "10")], Ct).Succeeds());
        var error = await _world.Quotas.FitPageAsync(database, 21, [new("limit", "21")], Ct).FailsWith("quota_exceeded");
        Assert.Equal("The quota 'rows_per_request' is 20; this would make it 21.", error.Message);
        Assert.Equal("rows_per_request", Assert.Single(error.Details).Field);
    }

    [Fact]
    public async Task The_operator_sets_them_by_address_and_it_is_noted()
    {
        var accounts = new AccountQuotas(_world.AccountStore, _world.Quotas, new AuditLog(_world.Audit));

        var reports = await accounts.ChangeAsync("ada@example.com", [new(Quota.Databases, 3)], Ct).Succeeds();

        Assert.Equal([new(Quota.Databases, 3, true), new(Quota.TablesPerDatabase, null, false)], reports.Take(2));
        Assert.Equal(("account.quota", "operator"), (_world.Audit.All[^1].Event.Action, _world.Audit.All[^1].Event.Actor.Kind));
        await _world.Databases.CreateAsync(_owner, Some.DatabaseName("a"), Ct).Succeeds();
        await accounts.ChangeAsync("ada@example.com", [new(Quota.Databases, 1)], Ct).Succeeds();
        await _world.Databases.CreateAsync(_owner, Some.DatabaseName("b"), Ct).FailsWith("quota_exceeded");
    }

    [Fact]
    public async Task What_is_wrong_changes_nothing()
    {
        var accounts = new AccountQuotas(_world.AccountStore, _world.Quotas, new AuditLog(_world.Audit));

        await accounts.ChangeAsync("eve@example.com", [new(Quota.Databases, 3)], Ct).FailsWith("user_not_found");
        await accounts.ChangeAsync("ada@example.com", [new(Quota.Databases, 3), new(Quota.RowsPerRequest, -1)], Ct).FailsWith("invalid_parameter");

        Assert.Null((await _world.Quotas.OfAsync(_owner.Id, Ct))[Quota.Databases]);
    }

    private static (long?, long?, long?) Of(QuotaSet quotas) => (quotas[Quota.Databases], quotas[Quota.RowsPerRequest], quotas[Quota.BytesPerDatabase]);
}
