using System.Globalization;
using Npgsql;

namespace Nebula.Storage.Postgres.Metadata;

/// <summary>How far the changes of a server were read.</summary>
/// <param name="Oldest">The oldest transaction that was running: all before it is known.</param>
/// <param name="Server">Which start of which server it was. Another one may give the same numbers to other transactions: a standby took over without the last ones, or a backup was restored.</param>
/// <param name="At">Seconds by the server's clock. Its own goes on where the machine of whoever reads was asleep, and it is the one by which rows are removed.</param>
internal readonly record struct FeedPosition(ulong Oldest, string Server, long At)
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    public const string Columns =
        "pg_snapshot_xmin(pg_current_snapshot())::text AS oldest, extract(epoch FROM pg_postmaster_start_time())::text AS server, extract(epoch FROM clock_timestamp())::bigint AS at";

    /// <summary>How many columns that are.</summary>
    public const int Count = 3;

    public static FeedPosition Read(NpgsqlDataReader reader) =>
        new(ulong.Parse(reader.GetString(0), NumberStyles.None, CultureInfo.InvariantCulture), reader.GetString(1), reader.GetInt64(2));

    /// <summary>Whether the rows from the earlier position on are all that there was since.</summary>
    public bool Continues(FeedPosition earlier, TimeSpan longestGap) => Server == earlier.Server && Math.Abs(At - earlier.At) <= longestGap.TotalSeconds;
}
