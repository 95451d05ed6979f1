using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>Writes values from their stored form into a copy, in PostgreSQL's own types.</summary>
internal static class CopiedValue
{
    public static Task WriteAsync(NpgsqlBinaryImporter copy, TypedValue value, SqlType type, CancellationToken ct) => value.Kind switch
    {
        ValueKind.Integer => type.Type switch
        {
            ColumnType.Boolean => copy.WriteAsync(value.Integer != 0, NpgsqlDbType.Boolean, ct),
            ColumnType.Decimal => copy.WriteAsync(Binding.ToDecimal(value.Integer, type.Scale), NpgsqlDbType.Numeric, ct),
            ColumnType.Real => copy.WriteAsync((double)value.Integer, NpgsqlDbType.Double, ct),
            _ => copy.WriteAsync(value.Integer, NpgsqlDbType.Bigint, ct),
        },
        ValueKind.Real => copy.WriteAsync(value.Real, NpgsqlDbType.Double, ct),
        ValueKind.Text => type.Type switch
        {
            ColumnType.Date => copy.WriteAsync(WireTime.DaysOf(value.Bytes.Span), NpgsqlDbType.Date, ct),
            ColumnType.DateTime => copy.WriteAsync(WireTime.MicrosecondsOf(value.Bytes.Span), NpgsqlDbType.TimestampTz, ct),
            ColumnType.Uuid => copy.WriteAsync(Guid.Parse(value.Bytes.Span), NpgsqlDbType.Uuid, ct),
            ColumnType.Json => copy.WriteAsync(value.Bytes, NpgsqlDbType.Jsonb, ct),
            _ => copy.WriteAsync(value.Bytes, NpgsqlDbType.Text, ct),
        },
        ValueKind.Blob => copy.WriteAsync(value.Bytes, NpgsqlDbType.Bytea, ct),
        _ => copy.WriteNullAsync(ct),
    };
}
