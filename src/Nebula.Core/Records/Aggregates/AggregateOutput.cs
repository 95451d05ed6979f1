using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Aggregates;

/// <summary>One value of each group.</summary>
/// <param name="Name">What the answer calls it.</param>
/// <param name="Function">Null for what the records are grouped by.</param>
/// <param name="Operand">What the function is of; null for the count of records.</param>
/// <param name="IsDistinct">Equal values count once.</param>
public sealed record AggregateOutput(string Name, AggregateFunction? Function, Operand? Operand, bool IsDistinct, ColumnType Type, int Scale);
