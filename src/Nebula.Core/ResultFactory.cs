namespace Nebula.Core;

/// <summary>Makes results where the type is not plain from the context: C# converts no interface implicitly.</summary>
public static class Result
{
    public static Result<T> Success<T>(T value) => Result<T>.Of(value);
}
