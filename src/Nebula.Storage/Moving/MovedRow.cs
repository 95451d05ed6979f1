using Nebula.Core.Records;

namespace Nebula.Storage.Moving;

/// <summary>A record with all its values in their stored form, in the order of its table's columns.</summary>
internal readonly record struct MovedRow(TypedValue Key, TypedValue[] Values)
{
    /// <summary>About what it takes in memory.</summary>
    public long Bytes => Values.Sum(v => 24L + v.Bytes.Length);
}
