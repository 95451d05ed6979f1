namespace Nebula.Core.Auditing;

/// <summary>Something that was done.</summary>
/// <param name="Id">Rises from entry to entry.</param>
/// <param name="At">When it began.</param>
/// <param name="IsDone">False while it is under way, and for ever if its outcome got lost, in a crash for one: it may have been done or not.</param>
public sealed record AuditEntry(long Id, DateTimeOffset At, AuditEvent Event, bool IsDone);
