using System.Globalization;
using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Gives a column another type. That every value can be one of it was looked at before.</summary>
internal static class TypeChange
{
    /// <summary>So many values are in memory at once where PostgreSQL writes them otherwise than Nebula does. Each can be a large document.</summary>
    private const int Portion = 200;

    private const string Cursor = "_nebula_values";

    public static async Task RunAsync(SchemaChange change, Table shape, ColumnAlteration altered, CancellationToken ct)
    {
        var (table, name) = (change.Dialect.Table(shape.Name), Identifier.Quote(altered.After.Name));
        var type = change.Dialect.TypeName(altered.After.DeclaredType);
        await change.ExecuteAsync([$"ALTER TABLE {table} ALTER COLUMN {name} TYPE {type} USING {Converted(name, altered.Before, altered.After)}"], ct);
        if (altered is { Before.Type: ColumnType.Real or ColumnType.Json, After.Type: ColumnType.Text })
            await RewriteAsync(change, table, name, altered.Before.Type, ct);
    }

    private static string Converted(string name, ColumnDefinition before, ColumnDefinition after) => (before.Type, after.Type) switch
    {
        (ColumnType.Integer, ColumnType.Boolean) => $"{name} <> 0",
        (ColumnType.Boolean, ColumnType.Integer) => $"{name}::int::bigint",
        (ColumnType.Real, ColumnType.Decimal) => $"{name}::text::{PostgresDialect.BareTypeName(after.DeclaredType)}", // the shortest digits, as Nebula reads them
        (ColumnType.Date, ColumnType.Text) => $"to_char({name}, 'YYYY-MM-DD')",
        (ColumnType.DateTime, ColumnType.Text) => $"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
        (ColumnType.Date, ColumnType.DateTime) => $"{name}::timestamp AT TIME ZONE 'UTC'",
        (ColumnType.DateTime, ColumnType.Date) => $"({name} AT TIME ZONE 'UTC')::date",
        _ => $"{name}::{PostgresDialect.BareTypeName(after.DeclaredType)}",
    };

    /// <summary>
    /// Numbers and JSON as Nebula writes them: PostgreSQL puts blanks into JSON, and has other exponents. A portion at a time, however many records there are, and each by where it lies: nobody else is at the
    /// table, and what is rewritten is not met again.
    /// </summary>
    private static async Task RewriteAsync(SchemaChange change, string table, string name, ColumnType before, CancellationToken ct)
    {
        await change.ExecuteAsync([$"DECLARE {Cursor} NO SCROLL CURSOR FOR SELECT ctid::text, {name} FROM {table} WHERE {name} IS NOT NULL"], ct);
        while (await FetchAsync(change, before, ct) is { } places)
        {
            if (places.Count == 0)
                continue;
            await change.ExecuteAsync(
                $"UPDATE {table} AS t SET {name} = v.after FROM unnest($1::tid[], $2) AS v(place, after) WHERE t.ctid = v.place",
                [Binding.Of([.. places.Select(p => p.Place)]), Binding.Of([.. places.Select(p => p.Text)])], ct);
        }

        await change.ExecuteAsync([$"CLOSE {Cursor}"], ct);
    }

    /// <summary>Those of the next portion that are to be written otherwise, and how; null at the end.</summary>
    private static async Task<List<(string Place, string Text)>?> FetchAsync(SchemaChange change, ColumnType before, CancellationToken ct)
    {
        var places = new List<(string Place, string Text)>();
        var isEnd = true;
        await using var fetch = change.Command($"FETCH {Portion} FROM {Cursor}");
        await using var rows = await fetch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            isEnd = false;
            var text = rows.GetString(1);
            if (Written(text, before) is var written && written != text)
                places.Add((rows.GetString(0), written));
        }

        return isEnd ? null : places;
    }

    private static string Written(string text, ColumnType before)
    {
        if (before == ColumnType.Real)
            return double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
        using var json = new Utf8Buffer();
        JsonValues.WriteJson(json, Encoding.UTF8.GetBytes(text));
        return Encoding.UTF8.GetString(json.Span);
    }
}
