namespace Nebula.Core;

/// <summary>
/// A flag that goes up once, shared by everyone who was let in by the same credential. The writer looks at it again inside the
/// write, so that a key revoked or a password changed while a request waited in the queue stops that request. Thread-safe.
/// </summary>
public sealed class Revocation
{
    private volatile bool _isRevoked;

    public bool IsRevoked => _isRevoked;

    public void Revoke() => _isRevoked = true;
}
