using Nebula.Core;

namespace Nebula.Storage.Tests.Support;

/// <summary>What tests say of a result.</summary>
public static class Results
{
    /// <summary>The value; the test fails with the error when there is none.</summary>
    public static T Succeeds<T>(this Result<T> result)
    {
        if (!result.TryGet(out var value, out var error))
            Assert.Fail($"Expected success, got {error.Code}: {error.Message}");
        return value;
    }

    public static async Task<T> Succeeds<T>(this ValueTask<Result<T>> result) => (await result).Succeeds();

    public static async Task<T> Succeeds<T>(this Task<Result<T>> result) => (await result).Succeeds();

    /// <summary>The error, which must have this code.</summary>
    public static Error FailsWith<T>(this Result<T> result, string code)
    {
        if (result.TryGet(out _, out var error))
            Assert.Fail($"Expected {code}, got success.");
        Assert.Equal(code, error.Code);
        return error;
    }

    public static async Task<Error> FailsWith<T>(this ValueTask<Result<T>> result, string code) => (await result).FailsWith(code);

    public static async Task<Error> FailsWith<T>(this Task<Result<T>> result, string code) => (await result).FailsWith(code);

    /// <summary>The code of the error, or <c>ok</c>.</summary>
    public static string Code<T>(this Result<T> result) => result.TryGet(out _, out var error) ? "ok" : error.Code;
}
