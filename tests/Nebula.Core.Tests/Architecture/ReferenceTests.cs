using System.Reflection;

namespace Nebula.Core.Tests.Architecture;

public sealed class ReferenceTests
{
    [Fact]
    public void Core_references_nothing_but_the_base_class_library()
    {
        var library = Path.GetDirectoryName(typeof(object).Assembly.Location);
        Assert.NotEmpty(CoreTypes.Assembly.GetReferencedAssemblies());
        Assert.All(CoreTypes.Assembly.GetReferencedAssemblies(), reference =>
        {
            Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal);
            Assert.Equal(library, Path.GetDirectoryName(Assembly.Load(reference).Location));
        });
    }

    // The project file could name a package that no code uses yet.
    [Fact]
    public void The_project_of_core_names_no_other_project_and_no_package()
    {
        var project = SourceTree.Read("src/Nebula.Core/Nebula.Core.csproj");
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectReference", project, StringComparison.Ordinal);
        Assert.DoesNotContain("FrameworkReference", project, StringComparison.Ordinal);
    }

    // No SQL and no HTTP: neither by a reference, nor through a door that the base class library leaves open.
    [Theory]
    [InlineData("System.Data")]
    [InlineData("System.Net")]
    [InlineData("System.IO.FileSystem")]
    [InlineData("System.Reflection.Emit")]
    public void Core_knows_nothing_of_the_world_outside(string prefix) =>
        Assert.DoesNotContain(CoreTypes.Assembly.GetReferencedAssemblies(), r => r.Name!.StartsWith(prefix,
            StringComparison.Ordinal)); // references have names
}
