using System.Text;
using Nebula.Core;

namespace Nebula.Storage.Rows;

/// <summary>The timestamps that Nebula keeps, as every answer has them.</summary>
internal static class StoredTimestamp
{
    /// <summary>A time as Nebula stores it stays as it is; one of v0.2 (<c>YYYY-MM-DD HH:MM:SS</c>) is put in today's form, and what is no time is nobody's to change.</summary>
    public static ReadOnlySpan<byte> Show(ReadOnlySpan<byte> utf8) =>
        utf8.Length != Timestamps.Length && Timestamps.TryParse(Encoding.UTF8.GetString(utf8), out var time) ? Encoding.UTF8.GetBytes(Timestamps.ToText(time)) : utf8;
}
