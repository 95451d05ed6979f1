using System.Runtime.InteropServices;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>How SQLite reaches a file, as far as it is needed. Source: https://sqlite.org/c3ref/io_methods.html.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct FileMethods
{
    private readonly nint _version; // an int in C, followed by pointers
    private readonly nint _close;

    /// <summary>File, buffer, length, offset.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int, long, int> Read;
    private readonly nint _write;
    private readonly nint _truncate;
    private readonly nint _sync;

    /// <summary>File, size.</summary>
    public readonly delegate* unmanaged[Cdecl]<nint, long*, int> Size;
}
