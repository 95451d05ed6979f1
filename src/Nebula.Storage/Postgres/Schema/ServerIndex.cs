namespace Nebula.Storage.Postgres.Schema;

/// <summary>What the server says of an index.</summary>
/// <param name="Origin"><c>pk</c> for PRIMARY KEY, <c>u</c> for UNIQUE, <c>c</c> for CREATE INDEX.</param>
/// <param name="Columns">A null stands for an expression.</param>
internal sealed record ServerIndex(string Name, bool IsUnique, string Origin, bool IsPartial, IReadOnlyList<string?> Columns);
