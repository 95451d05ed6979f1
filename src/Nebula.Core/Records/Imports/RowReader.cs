using System.Diagnostics.CodeAnalysis;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>Reads the rows of an import's body, one draft at a time. Not thread-safe.</summary>
internal abstract class RowReader(Table table, ImportRequest request, BodyBuffer body) : IDisposable
{
    /// <summary>The longest row, with its line ends; a limit of memory, far above what people import.</summary>
    public const int MaxRowBytes = 16 * 1024 * 1024;

    /// <summary>Where the current row begins in the body, from 1.</summary>
    public abstract long Line { get; }

    protected Table Table => table;

    protected GivenIds Ids => request.KeepsIds ? GivenIds.Kept : GivenIds.Ignored;

    protected BodyBuffer Body => body;

    /// <summary>Reads what comes before the rows. Fails with invalid_body.</summary>
    public virtual ValueTask<Error?> BeginAsync(CancellationToken ct) => default;

    /// <summary>Goes to the next row.</summary>
    public abstract ReadStep Read();

    /// <summary>Reads the current row's values. The draft is the caller's until the next row.</summary>
    public abstract bool TryParse([NotNullWhen(true)] out RecordDraft? draft, [NotNullWhen(false)] out Error? error);

    public abstract void Dispose();
}
