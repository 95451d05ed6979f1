using System.Globalization;
using System.Text;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.Files;

/// <summary>
/// Makes one server the owner of a data directory. The operating system drops the lock when the process ends, however it ends; the file stays and says who holds or
/// held it.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private const string FileName = "nebula.lock";
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or throws <see cref="DataDirectoryInUseException"/> saying who has it.</summary>
    public static DataDirectoryLock Take(DataDirectory directory, TimeProvider clock)
    {
        var path = Path.Combine(directory.Root, FileName);
        FileStream file;
        try
        {
            // No sharing is an exclusive flock on Unix.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new DataDirectoryInUseException(directory.Root, ReadHolder(path), e);
        }

        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}\n")));
        file.Flush();
        return new DataDirectoryLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string ReadHolder(string path)
    {
        try
        {
            using var file = new StreamReader(Posix.OpenLocked(path));
            return file.ReadToEnd().Trim() is { Length: > 0 } holder ? holder : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
