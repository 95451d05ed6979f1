namespace Nebula.Core.Backups;

/// <summary>A database that could not be backed up, or restored, with the others.</summary>
/// <param name="Database">Its owner's e-mail address, a slash, and its name.</param>
public sealed record SkippedDatabase(string Database, string Reason);
