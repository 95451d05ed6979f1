namespace Nebula.Core.Backups;

/// <summary>
/// Where backups are kept: objects by name, in a directory or a bucket. A name is one or more parts of <c>a-z 0-9 . _ -</c> with <c>/</c> between them; no part begins with a dot. Methods throw
/// <see cref="UnavailableException"/> when the place can't be reached or refuses, with a message for the operator and without a secret. Thread-safe.
/// </summary>
public interface IBackupTarget
{
    /// <summary>Where that is, for messages; without a secret.</summary>
    string Location { get; }

    /// <summary>Writes an object, over one of the same name. It is there as a whole and durably when the task completes; before that, or when it fails, nothing of it is seen.</summary>
    /// <param name="content">From where it stands to its end. Not disposed.</param>
    ValueTask WriteAsync(string name, Stream content, CancellationToken ct);

    /// <summary>An object's content, or null if there is none of the name. Whoever gets it disposes it.</summary>
    ValueTask<Stream?> OpenAsync(string name, CancellationToken ct);

    /// <summary>The objects whose names begin with a prefix, in the order of their names by bytes.</summary>
    IAsyncEnumerable<BackupObject> ListAsync(string prefix, CancellationToken ct);

    /// <summary>Removes an object; does nothing when there is none of the name.</summary>
    ValueTask DeleteAsync(string name, CancellationToken ct);
}
