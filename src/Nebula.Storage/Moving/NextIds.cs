using Nebula.Core.Tables;

namespace Nebula.Storage.Moving;

/// <summary>The largest numbers that were ever given, so that none is given again.</summary>
/// <param name="LastTable">Of tables.</param>
/// <param name="LastRecords">Of records, for each table that numbers them.</param>
internal sealed record NextIds(long LastTable, IReadOnlyDictionary<TableId, long> LastRecords);
