namespace Nebula.Server.Tests.Architecture;

public sealed class TypeTests
{
    private static readonly string[] _vague = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Common", "Base", "Impl", "Info"];

    [Fact]
    public void The_types_that_these_tests_look_at_are_there() => Assert.InRange(Layers.Types.Count, 150, 5000);

    [Fact]
    public void Every_class_is_sealed_abstract_or_static_unless_another_one_extends_it() => Assert.Empty(
        from type in Layers.Types
        where type.IsClass && !type.IsSealed && !type.IsAbstract && !Layers.Types.Any(other => other.BaseType == type)
        select type.FullName);

    [Fact]
    public void No_name_says_that_nobody_knew_what_the_type_is_for() =>
        Assert.Empty(Layers.Types.Where(type => _vague.Contains(LastWord(type.Name))).Select(type => type.FullName));

    [Fact]
    public void No_folder_is_named_like_that_either() =>
        Assert.DoesNotContain(Layers.Types.SelectMany(type => (type.Namespace ?? "").Split('.')), _vague.Contains);

    [Fact]
    public void Interfaces_begin_with_I_and_nothing_else_looks_like_one() =>
        Assert.Empty(Layers.Types.Where(type => type.IsInterface != (type.Name.Length > 1 && type.Name[0] == 'I' && char.IsUpper(type.Name[1]))).Select(type => type.FullName));

    private static string LastWord(string name)
    {
        var plain = name.Split('`')[0];
        var start = plain.Length - 1;
        while (start > 0 && !char.IsUpper(plain[start]))
            start--;
        return plain[Math.Max(start, 0)..];
    }
}
