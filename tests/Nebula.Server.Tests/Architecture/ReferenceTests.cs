using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Architecture;

public sealed class ReferenceTests
{
    /// <summary>The only references between the layers that there may be: what is not in a project file can't be used.</summary>
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Nebula.Core", [] },
        { "Nebula.Storage", ["Nebula.Core"] },
        { "Nebula.Api", ["Nebula.Core"] },
        { "Nebula.Server", ["Nebula.Api", "Nebula.Storage"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_layer_refers_to_the_layers_below_it_alone(string layer, string[] allowed)
    {
        var references = Project(layer).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)); // never without

        Assert.Equal(allowed, references.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_core_refers_to_nothing_but_the_base_class_library()
    {
        Assert.Empty(Project("Nebula.Core").Descendants("PackageReference"));
        Assert.Empty(Project("Nebula.Core").Descendants("FrameworkReference"));
        Assert.All(References(Layers.Core), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Nebula.Storage")]
    [InlineData("Nebula.Server")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("SQLitePCLRaw")]
    [InlineData("StackExchange.Redis")]
    public void The_API_does_not_see(string forbidden) => Assert.DoesNotContain(References(Layers.Api), name => IsIn(name, forbidden));

    [Theory]
    [InlineData("Nebula.Api")]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Microsoft.Extensions.Hosting")]
    [InlineData("Microsoft.Extensions.DependencyInjection")]
    public void The_storage_does_not_see(string forbidden) => Assert.DoesNotContain(References(Layers.Storage), name => IsIn(name, forbidden));

    [Fact]
    public void What_is_internal_to_a_layer_is_seen_by_tests_and_by_the_executable_that_wires_it()
    {
        var friends = Layers.All.SelectMany(assembly => assembly.GetCustomAttributes<InternalsVisibleToAttribute>()).Select(friend => friend.AssemblyName);

        Assert.DoesNotContain(friends, name => name != "nebula" && !name.EndsWith("Tests", StringComparison.Ordinal));
    }

    private static bool IsIn(string name, string family) => name == family || name.StartsWith(family + ".", StringComparison.Ordinal);

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name ?? "");

    private static XDocument Project(string name) => XDocument.Parse(SourceTree.Read($"src/{name}/{name}.csproj"));
}
