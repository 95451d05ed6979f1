namespace LoadSqlite.Source;

/// <summary>
/// Something in the file that rows can be read from. Its kind is 'table', 'view', 'virtual', or 'shadow' for what keeps a virtual table's data.
/// </summary>
internal sealed record SourceObject(string Name, string Kind);
