namespace Nebula.Core.Tables;

/// <summary>An index as the database has it, those behind UNIQUE and PRIMARY KEY included.</summary>
/// <param name="Columns">In the order of the index.</param>
/// <param name="IsPartial">Covers only some of the rows.</param>
public sealed record TableIndex(string Name, IReadOnlyList<Column> Columns, bool IsUnique, bool IsPartial);
