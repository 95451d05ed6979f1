using System.Globalization;
using Nebula.Server.Options;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>
/// Shares the descriptors that the process may hold between databases and connections. Without, many databases in use would leave none to accept a connection with, and many connections none to open a database with.
/// </summary>
internal static class DescriptorBudget
{
    /// <summary>For the runtime, the metadata, other servers and files that come in or go out.</summary>
    private const int Reserved = 256;

    private const int FewestConnections = 16;

    /// <summary>These options with as many open databases and connections as there are descriptors for, and a warning when that is fewer databases than were asked for.</summary>
    /// <param name="limit">Of the process; null where it is not known.</param>
    public static NebulaOptions Fit(NebulaOptions options, long? limit)
    {
        if (limit is not { } descriptors)
            return options;
        var available = Math.Max(0, descriptors - Reserved);
        if (options.Postgres is not null)
            return options with { MaxConnections = ConnectionsOf(options, available) };

        var wanted = options.Storage.MaxOpenDatabases;
        var databases = (int)Math.Clamp(available / 2 / PerDatabase(options.Storage), 1, wanted);
        var connections = ConnectionsOf(options, available - databases * PerDatabase(options.Storage));
        string[] warnings = databases == wanted ? [] : [string.Create(
            CultureInfo.InvariantCulture,
            $"The process may hold {descriptors} file descriptors: at most {databases} databases are open at once, not {wanted}, and {connections} clients connected. Raise the limit (ulimit -n, LimitNOFILE).")];
        return options with
        {
            Storage = options.Storage with { MaxOpenDatabases = databases },
            MaxConnections = connections,
            Warnings = [.. options.Warnings, .. warnings],
        };
    }

    private static int ConnectionsOf(NebulaOptions options, long descriptors) => (int)Math.Clamp(descriptors, FewestConnections, options.MaxConnections);

    /// <summary>The file and its log for the writer and each reader, and the index of the log that they share.</summary>
    private static long PerDatabase(StorageOptions storage) => 2 * (storage.ReadersPerDatabase + 1) + 1;
}
