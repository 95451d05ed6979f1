using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Nebula.Storage.Postgres.Values;

/// <summary>Brings values from their stored form into parameters of PostgreSQL's own types. Texts and blobs are not copied: what they point into stays until the statement is done.</summary>
internal static class Binding
{
    /// <summary>Adds the values of a statement.</summary>
    public static void Add(NpgsqlParameterCollection parameters, IReadOnlyList<SqlParameter> values)
    {
        for (var i = 0; i < values.Count; i++)
            parameters.Add(Of(values[i].Value, values[i].Type));
    }

    /// <summary>Adds a record's key.</summary>
    public static void Add(NpgsqlParameterCollection parameters, Table table, RecordId id)
    {
        if (id.IsInteger)
        {
            parameters.Add(Of(id.Value));
            return;
        }

        for (var i = 0; i < id.Parts.Count; i++)
            parameters.Add(Of(id.Parts[i], SqlType.Of(table.KeyColumns[i])));
    }

    /// <summary>Adds the values that were given, in catalogue order.</summary>
    public static void Add(NpgsqlParameterCollection parameters, RecordDraft draft) => Add(parameters, draft.Table, draft.Values, draft.Memory);

    /// <summary>The same of a row that is no draft any more.</summary>
    /// <param name="bytes">What the ranges of texts and blobs point into.</param>
    public static void Add(NpgsqlParameterCollection parameters, Table table, ReadOnlySpan<DraftValue> values, ReadOnlyMemory<byte> bytes)
    {
        var columns = table.Columns;
        for (var i = 0; i < columns.Count; i++)
        {
            if (values[i].Kind != ValueKind.Absent)
                parameters.Add(Of(values[i], bytes, SqlType.Of(columns[i])));
        }
    }

    /// <summary>Adds the values of some columns.</summary>
    public static void Add(NpgsqlParameterCollection parameters, RecordDraft draft, IReadOnlyList<Column> columns)
    {
        foreach (var column in columns)
            parameters.Add(Of(draft.Values[column.Ordinal], draft.Memory, SqlType.Of(column)));
    }

    /// <summary>Adds the values of some columns.</summary>
    public static void Add(NpgsqlParameterCollection parameters, GivenRow row, IReadOnlyList<Column> columns)
    {
        foreach (var column in columns)
            parameters.Add(Of(row[column], row.Bytes, SqlType.Of(column)));
    }

    public static NpgsqlParameter Of(long value) => new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Of(string text) => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Of(string[] texts) => new NpgsqlParameter<string[]> { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Of(ReadOnlyMemory<byte> blob) => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = blob, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter Of(TypedValue value, SqlType type) => value.Kind switch
    {
        ValueKind.Integer => OfInteger(value.Integer, type),
        ValueKind.Real => OfReal(value.Real),
        ValueKind.Text => OfText(value.Bytes, type),
        ValueKind.Blob => Of(value.Bytes),
        _ => Null(type),
    };

    /// <param name="bytes">What the ranges of texts and blobs point into.</param>
    public static NpgsqlParameter Of(in DraftValue value, ReadOnlyMemory<byte> bytes, SqlType type) => value.Kind switch
    {
        ValueKind.Integer => OfInteger(value.Integer, type),
        ValueKind.Real => OfReal(value.Real),
        ValueKind.Text => OfText(bytes.Slice(value.Offset, value.Length), type),
        ValueKind.Blob => Of(bytes.Slice(value.Offset, value.Length)),
        _ => Null(type),
    };

    private static NpgsqlParameter OfInteger(long value, SqlType type) => type.Type switch
    {
        ColumnType.Boolean => new NpgsqlParameter<bool> { TypedValue = value != 0, NpgsqlDbType = NpgsqlDbType.Boolean },
        ColumnType.Decimal => new NpgsqlParameter<decimal> { TypedValue = ToDecimal(value, type.Scale), NpgsqlDbType = NpgsqlDbType.Numeric },
        ColumnType.Real => OfReal(value),
        _ => Of(value),
    };

    /// <summary>A zero has no sign, as in SQLite.</summary>
    private static NpgsqlParameter<double> OfReal(double value) => new NpgsqlParameter<double> { TypedValue = value + 0.0, NpgsqlDbType = NpgsqlDbType.Double };

    private static NpgsqlParameter OfText(ReadOnlyMemory<byte> utf8, SqlType type) => type.Type switch
    {
        ColumnType.Date => new NpgsqlParameter<int> { TypedValue = WireTime.DaysOf(utf8.Span), NpgsqlDbType = NpgsqlDbType.Date },
        ColumnType.DateTime => new NpgsqlParameter<long> { TypedValue = WireTime.MicrosecondsOf(utf8.Span), NpgsqlDbType = NpgsqlDbType.TimestampTz },
        ColumnType.Uuid => new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(utf8.Span), NpgsqlDbType = NpgsqlDbType.Uuid },
        ColumnType.Json => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = utf8, NpgsqlDbType = NpgsqlDbType.Jsonb },
        _ => new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = utf8, NpgsqlDbType = NpgsqlDbType.Text },
    };

    private static NpgsqlParameter Null(SqlType type) => new() { Value = DBNull.Value, NpgsqlDbType = TypeOf(type.Type) };

    public static decimal ToDecimal(long scaled, int scale)
    {
        var magnitude = (ulong)(scaled < 0 ? -(Int128)scaled : scaled);
        return new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), 0, scaled < 0, (byte)scale);
    }

    private static NpgsqlDbType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => NpgsqlDbType.Text,
        ColumnType.Integer => NpgsqlDbType.Bigint,
        ColumnType.Real => NpgsqlDbType.Double,
        ColumnType.Blob => NpgsqlDbType.Bytea,
        ColumnType.Boolean => NpgsqlDbType.Boolean,
        ColumnType.Decimal => NpgsqlDbType.Numeric,
        ColumnType.Date => NpgsqlDbType.Date,
        ColumnType.DateTime => NpgsqlDbType.TimestampTz,
        ColumnType.Uuid => NpgsqlDbType.Uuid,
        ColumnType.Json => NpgsqlDbType.Jsonb,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
