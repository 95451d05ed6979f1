namespace Nebula.Core.Databases.Files;

/// <summary>A database that was made of a file.</summary>
public sealed record ImportedDatabase(Database Database, long Rows);
