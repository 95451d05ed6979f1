namespace LoadSqlite.Source;

/// <summary>A column as the file declares it.</summary>
internal sealed record SourceColumn(string Name, string DeclaredType, bool IsNotNull, bool IsUnique);
