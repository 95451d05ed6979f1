namespace Nebula.Core;

/// <summary>
/// What Nebula stands on can't serve at this moment: the disk is full, a file can't be read, too many wait. Nothing that a caller could handle, so it goes as an exception to where
/// answers are made.
/// </summary>
public sealed class UnavailableException(Error error, Exception? inner = null) : Exception(error.Message, inner)
{
    /// <summary>What the client is told.</summary>
    public Error Error { get; } = error;
}
