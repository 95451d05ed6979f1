using System.Buffers;

namespace Nebula.Core.Records;

/// <summary>
/// Arrays for bodies and answers: those of usual size from the shared pool, larger ones made anew and left to the garbage collector. The shared pool keeps what each thread gave back, so that a
/// few large bodies on each of them would be held for as long as nothing else makes it collect. Thread-safe.
/// </summary>
public static class BytePool
{
    private const int MaxKept = 1024 * 1024;

    /// <summary>At least so many bytes, with anything in them.</summary>
    public static byte[] Rent(int count) => count <= MaxKept ? ArrayPool<byte>.Shared.Rent(count) : GC.AllocateUninitializedArray<byte>(count);

    /// <summary>Gives back what was rented; once.</summary>
    public static void Return(byte[] bytes)
    {
        if (bytes.Length <= MaxKept)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
