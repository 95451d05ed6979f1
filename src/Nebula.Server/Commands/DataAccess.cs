using Nebula.Server.Operator;
using Nebula.Storage;
using Nebula.Storage.Sqlite.Files;

namespace Nebula.Server.Commands;

/// <summary>The way of a command to the data: through the server that runs on them, or, when none does, by owning them for as long as the command takes.</summary>
internal static class DataAccess
{
    /// <summary>A server that starts holds the lock a little before its socket is there, and one that stops a little longer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Runs one of the two. Throws <see cref="DataDirectoryInUseException"/> when a server owns the data that can't be reached, and <see cref="DirectoryNotFoundException"/> when there are none and the command
    /// does not make any.
    /// </summary>
    public static async Task<int> RunAsync(
        StorageOptions options,
        bool makesData,
        Func<OperatorClient, CancellationToken, Task<int>> remote,
        Func<CancellationToken, Task<int>> local,
        TimeProvider clock,
        CancellationToken ct)
    {
        if (!makesData && !File.Exists(Path.Combine(options.DataDirectory, options.MetadataFile)))
            throw new DirectoryNotFoundException($"There are no data in '{options.DataDirectory}'. DATABASE_DIRECTORY says where they are.");

        var started = clock.GetTimestamp();
        while (true)
        {
            if (await OperatorClient.FindAsync(options.DataDirectory, ct) is { } client)
            {
                using (client)
                    return await remote(client, ct);
            }

            try
            {
                return await local(ct);
            }
            catch (DataDirectoryInUseException) when (clock.GetElapsedTime(started) < _patience && OperatorSocket.Prevents(options.DataDirectory) is null)
            {
                await Task.Delay(_pause, clock, ct);
            }
        }
    }
}
