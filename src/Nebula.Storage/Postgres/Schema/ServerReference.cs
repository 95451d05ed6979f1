namespace Nebula.Storage.Postgres.Schema;

/// <summary>What the server says of one column of a foreign key.</summary>
/// <param name="Number">The same for all columns of one key.</param>
internal readonly record struct ServerReference(long Number, string Name, string Column, string Table, string Target, string OnDelete);
