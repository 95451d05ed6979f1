namespace Nebula.Storage.Backups.Objects;

/// <summary>An object of a backup can't be read: damaged, cut, put in the place of another, or encrypted with another key. The message is for the operator.</summary>
internal sealed class UnreadableBackupException(string message, Exception? inner = null) : Exception(message, inner);
