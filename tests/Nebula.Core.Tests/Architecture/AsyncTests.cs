using System.Reflection;

namespace Nebula.Core.Tests.Architecture;

public sealed class AsyncTests
{
    [Fact]
    public void Asynchronous_methods_take_a_cancellation_token_last() => Assert.All(Asynchronous.Where(m => m.Name != nameof(IAsyncDisposable.DisposeAsync)), method => // which somebody else has defined
        Assert.Equal(typeof(CancellationToken), method.GetParameters().LastOrDefault()?.ParameterType));

    [Fact]
    public void The_token_is_called_ct_and_has_no_default() =>
        Assert.All(CoreTypes.All.SelectMany(CoreTypes.Methods).SelectMany(m => m.GetParameters()), parameter =>
    {
        if (parameter.ParameterType != typeof(CancellationToken))
            return;
        Assert.Equal("ct", parameter.Name);
        Assert.False(parameter.HasDefaultValue);
    });

    [Fact]
    public void Nothing_is_asynchronous_without_being_awaited() => Assert.DoesNotContain(
        CoreTypes.All.SelectMany(CoreTypes.Methods), m => m.ReturnType == typeof(void)
            && m.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute)));

    internal static bool IsAsynchronous(MethodInfo method)
    {
        var type = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType;
        return type == typeof(Task) || type == typeof(ValueTask) || type == typeof(Task<>) || type == typeof(ValueTask<>)
            || type == typeof(IAsyncEnumerable<>);
    }

    private static IEnumerable<MethodInfo> Asynchronous => CoreTypes.All.SelectMany(CoreTypes.Methods).Where(IsAsynchronous);
}
