using System.Data.Common;
using Nebula.Core;

namespace Nebula.Storage.Metadata;

/// <summary>Times are text in the metadata of both engines.</summary>
internal static class StoredTimes
{
    public static DateTimeOffset GetTime(this DbDataReader reader, int column) =>
        Timestamps.TryParse(reader.GetString(column), out var time) ? time : DateTimeOffset.UnixEpoch;

    public static DateTimeOffset? GetTimeOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetTime(column);
}
