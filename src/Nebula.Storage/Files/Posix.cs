using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Nebula.Storage.Files;

/// <summary>What the base class library has no call for.</summary>
internal static unsafe partial class Posix
{
    private const int ReadOnly = 0;

    // The same numbers on Linux, macOS and the BSDs.
    private const int Interrupted = 4;
    private const int AlreadyExists = 17;

    // On Linux: AT_EMPTY_PATH, STATX_NLINK, and where its answer is in the 256 bytes of struct statx.
    private const int OfDescriptor = 0x1000;
    private const uint LinkCount = 4;
    private const int StatusBytes = 256;
    private const int LinkCountOffset = 16;

    // A thread without it that has as much to do gets three times as much of a processor.
    private const int LowerPriority = 5;

    // RLIMIT_NOFILE is not.
    private static readonly int _descriptors = OperatingSystem.IsLinux() ? 7 : 8;

    /// <summary>Syncs a directory, so that a new or renamed file in it survives lost power. Throws <see cref="IOException"/> when the disk fails. Does nothing where directories can't be synced.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
            throw Failure(path);
        try
        {
            if (Sync(descriptor) != 0)
                throw Failure(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Opens a file for reading although another process has locked it: the base class library always asks for a lock of its own.</summary>
    public static FileStream OpenLocked(string path)
    {
        if (OperatingSystem.IsWindows())
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var descriptor = Open(path, ReadOnly);
        return descriptor >= 0
            ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read)
            : throw new IOException($"Can't open '{path}': {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    /// <summary>Gives a file a second name. Of several that try the same name at once, one succeeds and the others get false: the class library's move looks first and renames then.</summary>
    public static bool TryLink(string existing, string name)
    {
        if (Link(existing, name) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == AlreadyExists ? false : throw new IOException($"{name}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    /// <summary>The path with every symbolic link in it resolved, since SQLite is told to follow none.</summary>
    public static string ResolveLinks(string path)
    {
        var root = Path.GetPathRoot(path) ?? "/";
        return path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(root, (parent, name) =>
            {
                var child = Path.Combine(parent, name);
                return Directory.ResolveLinkTarget(child, returnFinalTarget: true)?.FullName ?? child;
            });
    }

    /// <summary>
    /// How many descriptors this process may hold, once it is allowed as many as the system lets it have; null where that can't be asked. What a shell or a service starts with is mostly 1,024, for the sake of
    /// programs that call select(2), and the ahead-of-time compiled runtime leaves it at that.
    /// </summary>
    public static long? RaiseDescriptorLimit()
    {
        if (OperatingSystem.IsWindows() || GetLimit(_descriptors, out var limit) != 0)
            return null;
        var raised = limit with { Soft = limit.Hard };
        if (limit.Soft < limit.Hard && SetLimit(_descriptors, in raised) == 0)
            limit = raised;
        return (long)Math.Min((nuint)nint.MaxValue, limit.Soft);
    }

    /// <summary>Lets the calling thread give way to the others of this process and of the machine, for as long as it lives. Does nothing where a priority is that of a whole process.</summary>
    public static void LowerThreadPriority()
    {
        if (OperatingSystem.IsLinux())
            _ = Nice(LowerPriority); // of a thread there, whatever the manual says
    }

    /// <summary>Whether an open file is one that has no name any more. False where that can't be asked.</summary>
    public static bool HasNoName(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var status = stackalloc byte[StatusBytes];
        try
        {
            return Status(file, "", OfDescriptor, LinkCount, status) == 0 && *(uint*)(status + LinkCountOffset) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Takes room on the disk for all of a file. Throws <see cref="IOException"/> when there is none. Does nothing on other systems than Linux.</summary>
    public static void Allocate(SafeFileHandle file, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        int code;
        do
            code = AllocateRange(file, 0, (nint)bytes);
        while (code == Interrupted);
        if (code != 0)
            throw new IOException(new Win32Exception(code).Message, code);
    }

    /// <summary>Copies bytes that do not overlap as native code, which the garbage collector does not wait for when a page is not there yet.</summary>
    public static void CopyMemory(void* to, void* from, nuint bytes)
    {
        if (OperatingSystem.IsWindows())
            NativeMemory.Copy(from, to, bytes);
        else
            _ = Copy(to, from, bytes);
    }

    private static IOException Failure(string path) => new($"Can't sync '{path}': {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int lower);

    [LibraryImport("libc", EntryPoint = "memcpy")]
    private static partial void* Copy(void* to, void* from, nuint bytes);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int AllocateRange(SafeFileHandle file, nint offset, nint bytes);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(SafeFileHandle file, string path, int flags, uint wanted, byte* status);

    [StructLayout(LayoutKind.Sequential)]
    private record struct ResourceLimit(nuint Soft, nuint Hard);
}
