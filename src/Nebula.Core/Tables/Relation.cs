namespace Nebula.Core.Tables;

/// <summary>
/// One way along a foreign key. Forward, a record has at most one related record (the target column is unique); backward it has any number.
/// </summary>
/// <param name="Name">As filters, <c>fields</c> and <c>expand</c> call it; compared without case.</param>
/// <param name="SourceColumn">The column of <paramref name="Source"/> that equals <paramref name="TargetColumn"/>.</param>
public sealed record Relation(string Name, Table Source, Column SourceColumn, Table Target, Column TargetColumn, bool IsToMany);
