using System.Security.Cryptography;
using System.Text;
using Nebula.Server.Options.Parsing;
using Nebula.Storage.Files;

namespace Nebula.Server.Options;

/// <summary>The secret that Nebula makes for itself when none is configured, kept in the data directory and readable by the owner only.</summary>
internal static class JwtSecretFile
{
    public const string Name = "jwt-secret";

    private const int MostBytes = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// The secret in <paramref name="dataDirectory"/>, made if there is none. It is on disk when this returns: a token signed with a secret that
    /// the next power cut takes away would be worth nothing. Two that start at once get the same one.
    /// </summary>
    public static string LoadOrCreate(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, Name);
        try
        {
            CreateDirectory(dataDirectory);
            if (!Exists(path))
                Create(path);
            return Load(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOptionsException(
                $"JWT_SECRET: none is given, and {path} can't be made or read ({fault.Message}). " +
                $"Give a JWT_SECRET of at least {Secret.LeastBytes} bytes, or let Nebula write to that directory.");
        }
    }

    private static void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }

        // From the top, so that each new entry can be synced in the directory that holds it.
        if (Path.GetDirectoryName(directory) is { Length: > 0 } parent)
        {
            CreateDirectory(parent);
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            Posix.SyncDirectory(parent);
        }
    }

    // Also true for a link that leads nowhere: Load refuses it, and nothing is written through it.
    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static void Create(string path)
    {
        var secret = Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var draft = $"{path}.{Guid.CreateVersion7():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(draft, options))
            {
                file.Write(secret);
                file.Flush(flushToDisk: true);
            }

            Publish(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }

        if (!OperatingSystem.IsWindows())
            Posix.SyncDirectory(Path.GetDirectoryName(path)!); // Not null: a file in a directory.
    }

    // Never over an existing one: whoever was first has handed out tokens already, and the caller reads that secret next.
    private static void Publish(string draft, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Posix.TryLink(draft, path);
            return;
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
        }
    }

    private static string Load(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
            throw new InvalidOptionsException($"{path} is a symbolic link. Nebula keeps its secret in a file of its own; give a JWT_SECRET instead.");

        using var file = File.OpenHandle(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw new InvalidOptionsException(
                $"{path} is open to others than its owner. If nobody has read it, run chmod 600 on it; else delete it, which ends every session.");

        var bytes = new byte[MostBytes + 1];
        var length = RandomAccess.Read(file, bytes, 0);
        if (length > MostBytes)
            throw new InvalidOptionsException($"{path} is longer than {MostBytes} bytes and is no secret that Nebula made.");

        var secret = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\r', '\n');
        return Secret.Parse(secret, out _) is { } problem
            ? throw new InvalidOptionsException(
                $"{path}: the secret in it {problem}. Delete the file to have a new one made, which ends every session.")
            : secret;
    }
}
