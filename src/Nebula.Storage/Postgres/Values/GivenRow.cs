using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Postgres.Values;

/// <summary>The values of a row that was to be written.</summary>
/// <param name="Values">One for each column, in catalogue order.</param>
/// <param name="Bytes">What the ranges of texts and blobs point into, for as long as whoever gave it keeps it.</param>
internal readonly record struct GivenRow(ReadOnlyMemory<DraftValue> Values, ReadOnlyMemory<byte> Bytes)
{
    public DraftValue this[Column column] => Values.Span[column.Ordinal];

    public static GivenRow Of(RecordDraft draft) => new(draft.Values.ToArray(), draft.Memory);
}
