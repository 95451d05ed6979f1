namespace Nebula.Core.Records.Imports;

/// <summary>What came of one block of rows that were added each by itself.</summary>
/// <param name="Faults">The rows that the table refused.</param>
public sealed record BatchReport(int Imported, IReadOnlyList<RowFault> Faults);
