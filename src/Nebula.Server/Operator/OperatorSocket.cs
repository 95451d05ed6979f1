using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nebula.Server.Operator;

/// <summary>The socket in the data directory by which commands reach the server that owns it. Only the operator's account can: the file has the mode 0600.</summary>
internal static class OperatorSocket
{
    public const string FileName = "nebula.sock";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Of a path, with the zero that ends it not counted. Source: sun_path in unix(7), and in sys/un.h of macOS and the BSDs.</summary>
    public static int MaxPathBytes { get; } = OperatingSystem.IsLinux() ? 107 : 103;

    /// <summary>The directory as it was given, not with its links resolved: through a link the path can be as short as it has to be.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);

    /// <summary>Why there can be no socket in a directory, as a sentence; null when there can.</summary>
    public static string? Prevents(string dataDirectory)
    {
        if (OperatingSystem.IsWindows())
            return "On this system Nebula has no socket for its operator.";
        var length = Encoding.UTF8.GetByteCount(PathIn(dataDirectory));
        return length <= MaxPathBytes ? null
            : $"'{PathIn(dataDirectory)}' is {length} bytes long, and the path of a socket may have {MaxPathBytes}: "
                + "set DATABASE_DIRECTORY to a shorter path, which may be a symbolic link to the data.";
    }

    /// <summary>
    /// Makes the socket, which listens to nobody yet. What lies there and does not answer was left by a server that was killed. One that answers is another server's, which there can be where no data, and so
    /// no lock, are in the directory. Throws <see cref="SocketException"/>, <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public static Socket Bind(EndPoint endpoint)
    {
        var path = endpoint.ToString()!; // of a Unix socket: its path
        if (IsAnswered(endpoint))
            throw new IOException($"another server listens on '{path}'.");
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endpoint);

            // Before it listens: until then nobody can connect, whatever mode the file was made with.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, OwnerOnly);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsAnswered(EndPoint endpoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.AccessDenied or SocketError.WouldBlock; // another user's; or one with a full queue
        }
    }
}
