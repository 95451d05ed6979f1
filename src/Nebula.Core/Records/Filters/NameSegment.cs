namespace Nebula.Core.Records.Filters;

/// <summary>What stands between the dots of a name.</summary>
/// <param name="At">Where it begins in the filter.</param>
internal readonly record struct NameSegment(string Name, int At);
