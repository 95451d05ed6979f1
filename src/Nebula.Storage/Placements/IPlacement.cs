using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;

namespace Nebula.Storage.Placements;

/// <summary>
/// A place where databases are kept, with the engine that serves them: what the core asks of databases, but not of the metadata. A store that is asked for a database which was moved elsewhere gives
/// <see cref="Error.StaleTable"/> itself. Thread-safe.
/// </summary>
internal interface IPlacement : IAsyncDisposable
{
    PlacementName Name { get; }

    ITableStore Tables { get; }

    IRecordStore Records { get; }

    IAggregateStore Aggregates { get; }

    IBulkStore Bulk { get; }

    IBatchStore Batches { get; }

    IExportStore Exports { get; }

    IImportStore Imports { get; }

    IDatabaseFileStore Files { get; }

    /// <param name="confirm">Throws <see cref="MoveBrokenOffException"/> when somebody else owns the move by now: asked before each change, in such a way that nothing is changed after somebody else began.</param>
    IMoveSource SourceOf(Database database, Func<CancellationToken, ValueTask> confirm);

    /// <param name="confirm">The same.</param>
    IMoveTarget TargetOf(Database database, Func<CancellationToken, ValueTask> confirm);

    /// <summary>The bytes that a database takes.</summary>
    ValueTask<long> GetSizeAsync(Database database, CancellationToken ct);

    /// <summary>The bytes of it that are in use.</summary>
    ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct);

    /// <summary>Removes the data of a database that the metadata don't give any more. Does nothing where there are none. Throws <see cref="UnavailableException"/> or <see cref="MoveBrokenOffException"/> when it can't now.</summary>
    ValueTask RemoveAsync(DatabaseId database, CancellationToken ct);
}
