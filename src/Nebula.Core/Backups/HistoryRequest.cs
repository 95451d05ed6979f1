namespace Nebula.Core.Backups;

/// <summary>What an operator wants to be brought back to a moment.</summary>
/// <param name="At">RFC 3339.</param>
/// <param name="Place">Null for the place that was configured.</param>
/// <param name="Database">The owner's e-mail address, a slash, and the database's name; null for everything.</param>
/// <param name="Name">What the restored database is called.</param>
public sealed record HistoryRequest(string At, string? Place, string? Database, string? Name);
