using System.Reflection;

namespace Nebula.Core.Tests.Architecture;

public sealed class SealingTests
{
    [Fact]
    public void Classes_are_sealed_unless_they_are_abstract() =>
        Assert.All(CoreTypes.All.Where(t => t is { IsClass: true, IsAbstract: false }), type => Assert.True(type.IsSealed, type.FullName));

    // Who may do what is decided by the kind of the caller: no other assembly may bring a kind of its own.
    [Fact]
    public void A_caller_is_an_account_or_a_key_and_nothing_else()
    {
        Assert.Equal([typeof(AccountCaller), typeof(KeyCaller)], CoreTypes.All.Where(t => t.IsSubclassOf(typeof(Caller))));
        Assert.All(
            typeof(Caller).GetConstructors(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance),
            constructor => Assert.True(constructor.IsFamilyAndAssembly));
    }

    [Fact]
    public void Only_the_core_can_open_a_table() =>
        Assert.Empty(typeof(Nebula.Core.Tables.OpenTable).GetConstructors());
}
