namespace Nebula.Core.Records.Imports;

/// <summary>What came of an import.</summary>
/// <param name="Faults">The first hundred of the rows that were left out.</param>
public sealed record ImportReport(long Imported, long Skipped, IReadOnlyList<RowFault> Faults);
