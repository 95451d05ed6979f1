namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>A change with what became of it.</summary>
/// <param name="RecordId">The id of an inserted record, 0 while it is not known.</param>
internal sealed record LedgerEntry(int Number, Change Change, Outcome Outcome = Outcome.Unknown, long RecordId = 0);
