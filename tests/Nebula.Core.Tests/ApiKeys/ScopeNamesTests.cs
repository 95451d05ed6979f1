using Nebula.Core.ApiKeys;

namespace Nebula.Core.Tests.ApiKeys;

public sealed class ScopeNamesTests
{
    [Fact]
    public void Every_set_of_scopes_reads_back()
    {
        for (var scopes = Scopes.RecordsRead; scopes <= Scopes.All; scopes++)
            Assert.Equal(scopes, ScopeNames.Parse([.. ScopeNames.Of(scopes)]).Succeeds());
    }

    [Fact]
    public void All_scopes_have_the_documented_names() =>
        Assert.Equal(["records:read", "records:write", "schema:read", "schema:write"], ScopeNames.Of(Scopes.All));

    [Fact]
    public void A_scope_named_twice_is_one() => Assert.Equal(Scopes.RecordsRead, ScopeNames.Parse(["records:read", "records:read"]).Succeeds());

    [Fact]
    public void No_scope_at_all_is_refused() => ScopeNames.Parse([]).FailsWith("invalid_body", "scopes required");

    [Fact]
    public void Every_name_that_is_no_scope_is_named() =>
        ScopeNames.Parse(["records:read", "Records:Read", "*", "", "schema:write "]).FailsWith(
            "invalid_body", "scopes[1] invalid", "scopes[2] invalid", "scopes[3] invalid", "scopes[4] invalid");
}
