using System.Reflection;
using Nebula.Storage.Metadata;
using Nebula.Storage.Postgres.Writing;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Server.Tests.Architecture;

public sealed class CancellationTests
{
    // What somebody else has defined.
    private static readonly string[] _given = [nameof(IAsyncDisposable.DisposeAsync), "InvokeAsync"];

    [Fact]
    public void A_token_comes_last_and_is_never_left_out() => Assert.Empty(
        from method in Layers.Methods
        let parameters = method.GetParameters()
        let index = Array.FindIndex(parameters, IsToken)
        where index >= 0 && !IsGiven(method) && (parameters[index].HasDefaultValue || parameters[index..].Any(after => !IsToken(after) && !after.HasDefaultValue))
        select Describe(method));

    [Fact]
    public void A_token_is_called_ct() => Assert.Empty(
        from method in Layers.Methods
        from parameter in method.GetParameters()
        where IsToken(parameter) && parameter.Name != "ct" && !IsGiven(method)
        select Describe(method));

    [Fact]
    public void Every_asynchronous_method_can_be_cancelled() => Assert.Empty(
        from method in Layers.Methods
        where method.Name.EndsWith("Async", StringComparison.Ordinal) && IsAwaitable(method.ReturnType) && !IsGiven(method)
        where method.DeclaringType != typeof(MetadataSession) // opened with the token of the request that it is for
        where method.DeclaringType != typeof(SharedRun) // of many requests, each of which has its own
        where !method.GetParameters().Any(parameter => IsToken(parameter) || CarriesToken(parameter))
        select Describe(method));

    [Fact]
    public void Every_asynchronous_method_says_so_in_its_name() => Assert.Empty(
        from method in Layers.Methods
        where IsAwaitable(method.ReturnType) && !method.Name.EndsWith("Async", StringComparison.Ordinal) && !method.IsSpecialName && !IsGiven(method)
        select Describe(method));

    private static bool IsToken(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken);

    /// <summary>A request knows itself when its client has gone, and so does a write that was made for it.</summary>
    private static bool CarriesToken(ParameterInfo parameter) =>
        parameter.ParameterType.Name is "HttpContext" or "HttpRequest" || parameter.ParameterType.IsAssignableTo(typeof(WriteOperation))
        || parameter.ParameterType.IsAssignableTo(typeof(StatementWrite)) || parameter.ParameterType == typeof(SentWrite);

    private static bool IsAwaitable(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));

    private static bool IsGiven(MethodInfo method) =>
        _given.Contains(method.Name) || method.GetBaseDefinition() is { DeclaringType.Namespace: { } origin } && !origin.StartsWith("Nebula", StringComparison.Ordinal);

    private static string Describe(MethodInfo method) => $"{method.DeclaringType}.{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.Name))})";
}
