namespace Nebula.Storage.Migrations;

/// <summary>The metadata can't be brought to the schema of this program; the message tells the operator what to do.</summary>
public sealed class MigrationException(string message) : Exception(message);
