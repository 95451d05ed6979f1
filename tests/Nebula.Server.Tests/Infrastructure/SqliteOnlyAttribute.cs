using System.Reflection;
using Xunit.v3;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>A test of what there is with SQLite alone: left out by <c>--filter-not-trait Engine=sqlite</c>, and otherwise skipped on PostgreSQL with its reason.</summary>
/// <param name="why">A sentence.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class SqliteOnlyAttribute(string why) : BeforeAfterTestAttribute, ITraitAttribute
{
    public string Why => why;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => TestEngine.SkipOnPostgres(why);

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Engine", "sqlite")];
}
