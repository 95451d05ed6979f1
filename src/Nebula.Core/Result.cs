using System.Diagnostics.CodeAnalysis;

namespace Nebula.Core;

/// <summary>The outcome of something that a client can make fail: a value, or the <see cref="Error"/> that says why there is none.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;
    private readonly Error? _error;

    private Result(T? value, Error? error) => (_value, _error) = (value, error);

    /// <summary>Gives the value, or the error when there is none; exactly one of the two is set.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        value = _value;
        error = _error;
        return _error is null;
    }

    internal static Result<T> Of(T value) => new(value, null);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}
