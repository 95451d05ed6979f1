using System.Reflection;
using System.Runtime.CompilerServices;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Architecture;

/// <summary>The four assemblies that ship, and their source files.</summary>
internal static class Layers
{
    public static Assembly Core { get; } = typeof(Nebula.Core.Error).Assembly;

    public static Assembly Storage { get; } = typeof(Nebula.Storage.SqliteStorage).Assembly;

    public static Assembly Api { get; } = typeof(Nebula.Api.Routes).Assembly;

    public static Assembly Server { get; } = typeof(NebulaServer).Assembly;

    public static IReadOnlyList<Assembly> All { get; } = [Core, Storage, Api, Server];

    /// <summary>The types that somebody wrote.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. All.SelectMany(assembly => assembly.GetTypes()).Where(type => IsNamespaceOurs(type) && !Outward(type).Any(IsGenerated)).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>The methods that somebody wrote and that more than their own class can call.</summary>
    public static IEnumerable<MethodInfo> Methods => Types
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => !method.IsPrivate && !IsGenerated(method));

    /// <summary>Every source file of a folder of src/, as a path from the root of the repository.</summary>
    public static IEnumerable<string> SourceFiles(string folder = "src") =>
        from path in Directory.EnumerateFiles(SourceTree.Absolute(folder), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(SourceTree.Root, path)
        where !relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
        orderby relative
        select relative;

    /// <summary>The lines of a file that are no comments, with their numbers.</summary>
    public static IEnumerable<(int Number, string Text)> Code(string path) =>
        from line in File.ReadLines(SourceTree.Absolute(path)).Index()
        where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal)
        select (line.Index + 1, line.Item);

    private static bool IsNamespaceOurs(Type type) => type.Namespace?.Split('.')[0] == "Nebula";

    /// <summary>A type and those that it is nested in.</summary>
    private static IEnumerable<Type> Outward(Type type)
    {
        for (var outer = type; outer is not null; outer = outer.DeclaringType)
            yield return outer;
    }

    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || member.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
        || member.Name.Contains('<', StringComparison.Ordinal);
}
