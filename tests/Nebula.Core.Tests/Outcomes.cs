namespace Nebula.Core.Tests;

/// <summary>Takes a result apart; fails the test when it is the other half.</summary>
internal static class Outcomes
{
    public static T Succeeds<T>(this Result<T> result)
    {
        if (!result.TryGet(out var value, out var error))
            Assert.Fail($"Failed with {error.Code}: {error.Message}");
        return value;
    }

    /// <summary>Whether the answer was there without waiting.</summary>
    public static bool IsAnsweredAtOnce<T>(this ValueTask<T> answer) => answer.IsCompletedSuccessfully;

    public static async Task<T> Succeeds<T>(this ValueTask<Result<T>> result) => (await result).Succeeds();

    /// <summary>The error, once its code is the expected one.</summary>
    public static Error FailsWith<T>(this Result<T> result, string code)
    {
        Assert.False(result.TryGet(out _, out var error), $"Succeeded, though {code} was expected.");
        Assert.Equal(code, error!.Code); // not null: there is no value
        Assert.NotEmpty(error.Message);
        return error;
    }

    /// <summary>The error, once it names exactly these fields, each as <c>field code</c>.</summary>
    public static Error FailsWith<T>(this Result<T> result, string code, params string[] faults)
    {
        var error = result.FailsWith(code);
        Assert.Equal(faults, error.Details.Select(d => $"{d.Field} {d.Code}"));
        Assert.All(error.Details, d => Assert.NotEmpty(d.Message));
        return error;
    }

    public static async Task<Error> FailsWith<T>(this ValueTask<Result<T>> result, string code) => (await result).FailsWith(code);

    public static async Task<Error> FailsWith<T>(this ValueTask<Result<T>> result, string code, params string[] faults) =>
        (await result).FailsWith(code, faults);
}
