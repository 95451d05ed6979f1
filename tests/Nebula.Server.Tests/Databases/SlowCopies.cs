using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;

namespace Nebula.Server.Tests.Databases;

/// <summary>The files of a server whose branches take until they are let go.</summary>
internal sealed class SlowCopies(IDatabaseFileStore files) : IDatabaseFileStore
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails them instead of letting them go.</summary>
    public Exception? Failure { get; set; }

    public void Release() => _release.TrySetResult();

    public ValueTask<Result<DatabaseExport>> ExportAsync(Database database, CancellationToken ct) => files.ExportAsync(database, ct);

    public ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseId? id, DatabaseName name, long? most, StripList strip, Stream body, CancellationToken ct) =>
        files.ImportAsync(caller, id, name, most, strip, body, ct);

    public async ValueTask<Result<Database>> BranchAsync(Database source, AccountCaller caller, DatabaseId id, DatabaseName name, long? most, IProgress<double> progress, CancellationToken ct)
    {
        progress.Report(0.25);
        await _release.Task.WaitAsync(ct);
        return Failure is null ? await files.BranchAsync(source, caller, id, name, most, progress, ct) : throw Failure;
    }
}
