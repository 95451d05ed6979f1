using System.Diagnostics.CodeAnalysis;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>Reads the rows of an import's body, one draft at a time. Not thread-safe.</summary>
internal abstract class RowReader(Table table, ImportRequest request, BodyBuffer body) : IDisposable
{
    /// <summary>The longest row, with its line ends; a limit of memory, far above what people import.</summary>
    public const int MaxRowBytes = 16 * 1024 * 1024;

    /// <summary>The largest id that a body may give: those that come behind it must have room, and be numbers to every reader of JSON.</summary>
    private const long MaxId = 1L << 53;

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
    public bool TryParse([NotNullWhen(true)] out RecordDraft? draft, [NotNullWhen(false)] out Error? error)
    {
        if (TryParseRow(out draft, out error) && table.Key is { } key && draft.Values[key.Ordinal] is { Kind: ValueKind.Integer, Integer: > MaxId })
            error = Error.Of(ErrorCodes.InvalidRecord, key.Name, FieldCodes.OutOfRange, "is larger than 9007199254740992, which no id may be");
        return error is null;
    }

    public abstract void Dispose();

    protected abstract bool TryParseRow([NotNullWhen(true)] out RecordDraft? draft, [NotNullWhen(false)] out Error? error);
}
