using Nebula.Core.Databases;
using Nebula.Storage.Postgres;

namespace Nebula.Storage;

/// <summary>A placement besides the one of the metadata.</summary>
public sealed record PlacementOptions(PlacementName Name, PostgresServerOptions Server);
