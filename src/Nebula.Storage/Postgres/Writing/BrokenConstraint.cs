using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// A constraint that a write of one record violated. PostgreSQL says which one it was; by looking for the record's other unique values and references, a client hears of all that is wrong at once.
/// </summary>
/// <param name="Row">What was to be written; null for a record that was to be removed.</param>
/// <param name="Key">The record itself, if it is not a new one.</param>
/// <param name="Except">Columns whose values are those of the record itself.</param>
internal sealed record BrokenConstraint(PostgresException Fault, CatalogTable Entry, GivenRow? Row, RecordId? Key, IReadOnlyList<Column> Except)
{
    /// <summary>Whether it is one that this explains.</summary>
    public static bool Is(PostgresException e) => e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation;

    private IReadOnlyList<Column> Violated => Entry.Table.Indexes.FirstOrDefault(i => i.Name == Fault.ConstraintName)?.Columns ?? Entry.Table.KeyColumns;

    /// <summary>The error with every column that has to do with it. Outside of the transaction that fell.</summary>
    public async ValueTask<Error> ExplainAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var details = Row is not { } row ? []
            : Fault.SqlState == PostgresErrorCodes.UniqueViolation ? await FindTakenAsync(connection, Entry, row, Key, Except, Violated, ct)
            : await FindMissingAsync(connection, row, ct);
        return details.Count > 0 ? Error.Of(Fault.SqlState == PostgresErrorCodes.UniqueViolation ? ErrorCodes.UniqueViolation : ErrorCodes.ForeignKeyViolation, details)
            : PostgresErrors.Translate(Fault.SqlState) ?? StorageErrors.Constraint;
    }

    /// <summary>The error about a row that was not added because of one that is there, or null if there is none.</summary>
    public static async ValueTask<Error?> FindConflictAsync(NpgsqlConnection connection, CatalogTable entry, GivenRow row, CancellationToken ct)
    {
        var taken = await FindTakenAsync(connection, entry, row, key: null, except: [], violated: [], ct);
        return taken.Count > 0 ? Error.Of(ErrorCodes.UniqueViolation, taken) : null;
    }

    private static async ValueTask<List<FieldError>> FindTakenAsync(
        NpgsqlConnection connection, CatalogTable entry, GivenRow row, RecordId? key, IReadOnlyList<Column> except, IReadOnlyList<Column> violated, CancellationToken ct)
    {
        var taken = new List<FieldError>();
        IReadOnlyList<Column>[] assigned = entry.Table.Key is { } id ? [[id]] : []; // an import may give it
        foreach (var columns in UniqueColumns.Of(entry.Table).Concat(assigned))
        {
            // The one that was violated may be so by a record of the same transaction, which is gone with it.
            var isViolated = columns.SequenceEqual(violated);
            if (columns.SequenceEqual(except) || !(isViolated || await IsTakenAsync(connection, entry, row, key, columns, ct)))
                continue;
            var message = columns.Count == 1 ? "has a value that another record has already" : "belongs to a combination of values that another record has already";
            taken.AddRange(columns.Where(c => taken.All(t => t.Field != c.Name)).Select(c => new FieldError(c.Name, FieldCodes.Unique, message)));
        }

        return taken;
    }

    private static async ValueTask<bool> IsTakenAsync(NpgsqlConnection connection, CatalogTable entry, GivenRow row, RecordId? key, IReadOnlyList<Column> columns, CancellationToken ct)
    {
        if (columns.Any(c => row[c].Kind is ValueKind.Absent or ValueKind.Null))
            return false;
        await using var find = new NpgsqlCommand(entry.Sql.FindOther(columns), connection);
        Binding.Add(find.Parameters, row, columns);
        if (key is { } id)
            Binding.Add(find.Parameters, entry.Table, id);
        else
            AddNoKey(find.Parameters, entry.Table);
        return await find.ExecuteScalarAsync(ct) is not null;
    }

    private async ValueTask<List<FieldError>> FindMissingAsync(NpgsqlConnection connection, GivenRow row, CancellationToken ct)
    {
        var missing = new List<FieldError>();
        foreach (var key in Entry.Table.ForeignKeys)
        {
            var value = row[key.Column];
            if (value.Kind is ValueKind.Absent or ValueKind.Null)
                continue;
            await using var find = new NpgsqlCommand($"SELECT 1 FROM {Entry.Dialect.Table(key.TargetTable)} WHERE {Identifier.Quote(key.TargetColumn ?? TableDefinition.Id)} = $1", connection);
            find.Parameters.Add(Binding.Of(value, row.Bytes, SqlType.Of(key.Column)));
            if (await find.ExecuteScalarAsync(ct) is null)
                missing.Add(new FieldError(key.Column.Name, FieldCodes.Invalid, $"refers to no record of '{key.TargetTable}'"));
        }

        return missing;
    }

    private static void AddNoKey(NpgsqlParameterCollection parameters, Table table)
    {
        foreach (var column in table.KeyColumns)
            parameters.Add(Binding.Of(TypedValue.Null, SqlType.Of(column)));
    }
}
