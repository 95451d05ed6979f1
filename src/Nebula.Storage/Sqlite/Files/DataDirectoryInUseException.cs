namespace Nebula.Storage.Sqlite.Files;

/// <summary>Another server owns the data directory.</summary>
public sealed class DataDirectoryInUseException(string directory, string holder, Exception inner)
    : Exception($"The data directory '{directory}' is in use by {holder}. One server owns a data directory: stop that one, or set DATABASE_DIRECTORY to another.", inner);
