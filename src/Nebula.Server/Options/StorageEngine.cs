namespace Nebula.Server.Options;

/// <summary>What keeps the metadata and, where nothing else is said, the databases.</summary>
internal enum StorageEngine
{
    Sqlite,
    Postgres,
}
