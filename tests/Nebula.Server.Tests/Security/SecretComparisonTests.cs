using System.Reflection;
using System.Reflection.Emit;
using System.Security.Cryptography;
using Nebula.Api.Authentication;
using Nebula.Core.ApiKeys;
using Nebula.Core.Records.Cursors;

namespace Nebula.Server.Tests.Security;

/// <summary>"Compared in constant time": how long a comparison takes can't be measured through a network, so this looks at what is compared with.</summary>
public sealed class SecretComparisonTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData(typeof(ApiKeyService))]
    [InlineData(typeof(Argon2PasswordHasher))]
    [InlineData(typeof(CursorSigner))]
    public void A_secret_is_compared_in_constant_time(Type type)
    {
        var called = Methods(type).SelectMany(Calls).ToList();

        Assert.Contains(called, m => m.DeclaringType == typeof(CryptographicOperations) && m.Name == nameof(CryptographicOperations.FixedTimeEquals));
        Assert.DoesNotContain(called, m => m.Name == nameof(Enumerable.SequenceEqual));
    }

    /// <summary>Those of a type and of what the compiler made of its asynchronous ones.</summary>
    private static IEnumerable<MethodInfo> Methods(Type type) => type.GetMethods(Any).Concat(type.GetNestedTypes(Any).SelectMany(Methods));

    private static IEnumerable<MethodBase> Calls(MethodInfo method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < il.Length; i++)
        {
            if ((il[i] == OpCodes.Call.Value || il[i] == OpCodes.Callvirt.Value) && Resolve(method, BitConverter.ToInt32(il, i + 1)) is { } called)
                yield return called;
        }
    }

    /// <summary>Null for bytes that only look like a call.</summary>
    private static MethodBase? Resolve(MethodInfo method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType?.GetGenericArguments(), method.GetGenericArguments());
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
