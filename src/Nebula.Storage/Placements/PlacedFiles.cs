using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;

namespace Nebula.Storage.Placements;

/// <summary>Databases as files, wherever they are. What is imported begins in the metadata's own placement.</summary>
internal sealed class PlacedFiles(PlacementSet placements, IPlacement home) : IDatabaseFileStore
{
    public ValueTask<Result<DatabaseExport>> ExportAsync(Database database, CancellationToken ct) =>
        placements.Find(database) is { } placement ? placement.Files.ExportAsync(database, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseName name, StripList strip, Stream body, CancellationToken ct) =>
        home.Files.ImportAsync(caller, name, strip, body, ct);
}
