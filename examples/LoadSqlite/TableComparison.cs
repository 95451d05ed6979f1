namespace LoadSqlite;

/// <summary>How the rows of one table compare, with a few of those that differ.</summary>
internal sealed record TableComparison(string Table, long SourceRows, long NebulaRows, bool IsEqual, IReadOnlyList<string> Differences);
