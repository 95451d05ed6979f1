using System.Reflection;
using System.Runtime.CompilerServices;

namespace Nebula.Core.Tests.Architecture;

/// <summary>What somebody wrote in the core, without what the compiler makes of it.</summary>
internal static class CoreTypes
{
    public static Assembly Assembly { get; } = typeof(Error).Assembly;

    public static IReadOnlyList<Type> All { get; } = [.. Assembly.GetTypes().Where(t => !IsGenerated(t))];

    /// <summary>The methods that a type declares and that others can call.</summary>
    public static IEnumerable<MethodInfo> Methods(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(m => !m.IsPrivate && !m.Name.Contains('<'));

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || type.Name.Contains('<') || (type.DeclaringType is { } outer
            && IsGenerated(outer))
        || type.Namespace?.StartsWith("Nebula.", StringComparison.Ordinal) != true;
}
