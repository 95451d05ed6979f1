using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>How many records a list has, from those that were counted first in the order of their keys.</summary>
internal static class TotalEstimate
{
    /// <summary>An estimate counts so many, and projects from there.</summary>
    public const int CountedExactly = 10_000;

    /// <summary>As dense in the rest of the keys as in those that were passed through.</summary>
    /// <param name="found">How many were counted.</param>
    /// <param name="greatest">The greatest key of those.</param>
    /// <param name="least">The least key of the table.</param>
    /// <param name="last">The greatest key of the table.</param>
    /// <param name="all">All rows of the table, if that is known.</param>
    public static RecordTotal Of(long found, long greatest, long least, long last, long? all)
    {
        var share = ((double)greatest - least + 1) / ((double)last - least + 1);
        return new RecordTotal((long)Math.Clamp(Math.Round(found / share), found, Math.Max(found, all ?? long.MaxValue)), IsEstimate: true);
    }
}
