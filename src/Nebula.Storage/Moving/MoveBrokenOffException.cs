using Nebula.Core;

namespace Nebula.Storage.Moving;

/// <summary>A move can't go on. Thrown from wherever it is found out, caught where the move is undone.</summary>
internal sealed class MoveBrokenOffException(Error error, Exception? inner = null) : Exception(error.Message, inner)
{
    public MoveBrokenOffException(string message, Exception? inner = null)
        : this(new Error(ErrorCodes.Conflict, message), inner)
    {
    }

    public Error Error { get; } = error;
}
