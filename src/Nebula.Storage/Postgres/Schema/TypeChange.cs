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
    /// <summary>So many values go in one statement where PostgreSQL writes them otherwise than Nebula does.</summary>
    private const int Batch = 1000;

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

    /// <summary>Numbers and JSON as Nebula writes them: PostgreSQL puts blanks into JSON, and has other exponents.</summary>
    private static async Task RewriteAsync(SchemaChange change, string table, string name, ColumnType before, CancellationToken ct)
    {
        var values = new List<(string Old, string New)>();
        foreach (var text in await change.TextsAsync($"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL", [], ct))
        {
            var written = Written(text, before);
            if (written != text)
                values.Add((text, written));
        }

        foreach (var some in values.Chunk(Batch))
        {
            await change.ExecuteAsync(
                $"UPDATE {table} AS t SET {name} = v.after FROM unnest($1, $2) AS v(before, after) WHERE t.{name} = v.before",
                [Binding.Of([.. some.Select(v => v.Old)]), Binding.Of([.. some.Select(v => v.New)])], ct);
        }
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
