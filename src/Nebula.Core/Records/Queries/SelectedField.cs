using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>A column that an answer holds.</summary>
/// <param name="Name">What the answer calls it: the column's name, behind the relations that lead to it.</param>
/// <param name="Path">To-one relations; empty for a column of the table itself.</param>
public sealed record SelectedField(string Name, IReadOnlyList<Relation> Path, Column Column);
