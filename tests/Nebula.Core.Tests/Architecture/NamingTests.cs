using System.Text.RegularExpressions;

namespace Nebula.Core.Tests.Architecture;

public sealed partial class NamingTests
{
    private static readonly string[] _forbidden = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Base",
        "Impl", "Info"];

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Assert.All(CoreTypes.All, type => Assert.DoesNotContain(Word().Matches(type.FullName!).Select(m => m.Value),
            _forbidden.Contains)); // a type that is written has one

    [Fact]
    public void Interfaces_begin_with_an_I_and_nothing_else_does() =>
        Assert.All(CoreTypes.All, type => Assert.Equal(type.IsInterface, InterfaceName().IsMatch(type.Name)));

    [Fact]
    public void Asynchronous_methods_say_so_in_their_names() => Assert.All(CoreTypes.All.SelectMany(CoreTypes.Methods), method =>
        Assert.Equal(AsyncTests.IsAsynchronous(method), method.Name.EndsWith("Async", StringComparison.Ordinal)));

    [Fact]
    public void A_types_namespace_is_the_folder_of_its_file()
    {
        var core = SourceTree.Absolute("src/Nebula.Core");
        Assert.All(CoreTypes.All.Where(t => !t.IsNested), type =>
        {
            var folder = Path.Combine(core, Path.Combine([.. type.Namespace!.Split('.').Skip(2)])); // CoreTypes gives those of Nebula only
            var name = type.Name.Split('`')[0];
            string[] files = [$"{name}.cs", $"{name}Factory.cs"]; // Result<T> and Result are two types of one name
            Assert.Contains(files, file => File.Exists(Path.Combine(folder, file)));
        });
    }

    [GeneratedRegex("[A-Z][a-z]*")]
    private static partial Regex Word();

    [GeneratedRegex("^I[A-Z][a-z]")]
    private static partial Regex InterfaceName();
}
