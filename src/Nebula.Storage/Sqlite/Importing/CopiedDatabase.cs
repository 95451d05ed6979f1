namespace Nebula.Storage.Sqlite.Importing;

/// <summary>What a copy holds.</summary>
internal sealed record CopiedDatabase(int Tables, long Rows);
