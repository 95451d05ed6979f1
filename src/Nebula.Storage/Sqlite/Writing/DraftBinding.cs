using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Binds typed values to a statement without copying them.</summary>
internal static unsafe class DraftBinding
{
    /// <summary>Binds a record's key from a parameter on; gives the next free parameter.</summary>
    public static int Bind(Statement statement, int index, RecordId id)
    {
        if (id.IsInteger)
        {
            statement.Bind(index, id.Value);
            return index + 1;
        }

        foreach (var part in id.Parts)
            Bind(statement, index++, part);
        return index;
    }

    /// <summary>Binds a value that SQLite copies: short ones, where pinning would cost more.</summary>
    public static void Bind(Statement statement, int index, TypedValue value)
    {
        switch (value.Kind)
        {
            case ValueKind.Integer:
                statement.Bind(index, value.Integer);
                break;
            case ValueKind.Real:
                statement.Bind(index, value.Real);
                break;
            case ValueKind.Text:
                statement.BindCopiedText(index, value.Bytes.Span);
                break;
            case ValueKind.Blob:
                statement.BindCopiedBlob(index, value.Bytes.Span);
                break;
            default:
                statement.BindNull(index);
                break;
        }
    }

    /// <summary>Binds the values that were given, from parameter 1 on; gives the next free parameter.</summary>
    /// <param name="bytes">The draft's bytes, pinned until the statement is reset.</param>
    public static int Bind(Statement statement, RecordDraft draft, byte* bytes)
    {
        var index = 1;
        foreach (ref readonly var value in draft.Values)
        {
            if (value.Kind != ValueKind.Absent)
                Bind(statement, index++, value, bytes);
        }

        return index;
    }

    /// <summary>Binds what a change of an existing record takes from a new one's values, as <see cref="RecordSql.Merge"/> names it.</summary>
    public static int BindChange(Statement statement, RecordDraft draft, byte* bytes)
    {
        var index = 1;
        foreach (var column in draft.Table.Columns)
        {
            if (RecordSql.IsMerged(draft, column))
                Bind(statement, index++, draft.Values[column.Ordinal], bytes);
        }

        return index;
    }

    /// <summary>Binds the values of some columns from a parameter on; gives the next free parameter.</summary>
    public static int Bind(Statement statement, int index, ReadOnlySpan<DraftValue> values, IReadOnlyList<Column> columns, byte* bytes)
    {
        foreach (var column in columns)
            Bind(statement, index++, values[column.Ordinal], bytes);
        return index;
    }

    public static void Bind(Statement statement, int index, in DraftValue value, byte* bytes)
    {
        switch (value.Kind)
        {
            case ValueKind.Integer:
                statement.Bind(index, value.Integer);
                break;
            case ValueKind.Real:
                statement.Bind(index, value.Real);
                break;
            case ValueKind.Text:
                statement.BindPinnedText(index, bytes + value.Offset, value.Length);
                break;
            case ValueKind.Blob:
                statement.BindPinnedBlob(index, bytes + value.Offset, value.Length);
                break;
            default:
                statement.BindNull(index);
                break;
        }
    }
}
