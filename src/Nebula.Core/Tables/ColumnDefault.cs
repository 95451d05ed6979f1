using Nebula.Core.Records;

namespace Nebula.Core.Tables;

/// <summary>What a new record gets that does not name the column: a value of the column's type, or the moment or the day at which it is made.</summary>
/// <param name="Moment"><c>@now</c> for a DATETIME, <c>@today</c> for a DATE: <paramref name="Value"/> then says nothing.</param>
public sealed record ColumnDefault(TypedValue Value, bool Moment = false);
