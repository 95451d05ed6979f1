using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;

namespace Nebula.Storage.Placements;

/// <summary>Databases as files, wherever they are. What is imported begins in the metadata's own placement.</summary>
internal sealed class PlacedFiles(PlacementSet placements, IPlacement home) : IDatabaseFileStore
{
    public ValueTask<Result<DatabaseExport>> ExportAsync(Database database, CancellationToken ct) =>
        placements.Find(database) is { } placement ? placement.Files.ExportAsync(database, ct) : new(PlacementSet.Elsewhere);

    /// <summary>What is not in the metadata's own placement goes the way of a file out and in.</summary>
    public async ValueTask<Result<Database>> BranchAsync(Database source, AccountCaller caller, DatabaseId id, DatabaseName name, long? most, IProgress<double> progress, CancellationToken ct)
    {
        if (source.Placement == home.Name)
            return await home.Files.BranchAsync(source, caller, id, name, most, progress, ct);
        if (!(await ExportAsync(source, ct)).TryGet(out var export, out var error))
            return error;
        using (export)
            return (await home.Files.ImportAsync(caller, id, name, most, StripList.None, export.Content, ct)).TryGet(out var imported, out error) ? imported.Database : error;
    }

    public ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseId? id, DatabaseName name, long? most, StripList strip, Stream body, CancellationToken ct) =>
        home.Files.ImportAsync(caller, id, name, most, strip, body, ct);
}
