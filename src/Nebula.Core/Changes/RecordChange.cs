using Nebula.Core.Records;

namespace Nebula.Core.Changes;

/// <summary>
/// One entry of a database's change log. The log is written in the transaction of the change itself, so that an event is never lost and never
/// tells of what did not happen. It is off until something reads it.
/// </summary>
/// <param name="Sequence">Rises with each entry of its database; never used again.</param>
public sealed record RecordChange(long Sequence, DateTimeOffset At, string Table, RecordId Record, ChangeKind Kind);
