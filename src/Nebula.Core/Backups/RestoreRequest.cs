namespace Nebula.Core.Backups;

/// <summary>What an operator wants to be restored.</summary>
/// <param name="Backup">Its id.</param>
/// <param name="Place">Null for the place that was configured.</param>
/// <param name="Database">The owner's e-mail address, a slash, and the database's name; null for everything.</param>
/// <param name="Name">What the restored database is called; null for what it was called.</param>
/// <param name="Overwrites">Whether a database of that name is put back to what was backed up.</param>
/// <param name="SkipsDamaged">Whether everything else is restored where a database can't be read.</param>
public sealed record RestoreRequest(string Backup, string? Place, string? Database, string? Name, bool Overwrites, bool SkipsDamaged);
