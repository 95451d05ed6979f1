namespace Nebula.Storage.Sql;

/// <summary>A full-text search as parts of a statement.</summary>
/// <param name="Condition">True of the rows that match.</param>
/// <param name="Order">What brings the best matches first, as a term of an ORDER BY with its direction.</param>
internal readonly record struct SearchSql(string Condition, string Order);
