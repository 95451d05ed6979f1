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
/// <param name="Draft">What was to be written; null for a record that was to be removed.</param>
/// <param name="Key">The record itself, if it is not a new one.</param>
/// <param name="Except">Columns whose values are those of the record itself.</param>
internal sealed record BrokenConstraint(PostgresException Fault, CatalogTable Entry, RecordDraft? Draft, RecordId? Key, IReadOnlyList<Column> Except)
{
    /// <summary>Whether it is one that this explains.</summary>
    public static bool Is(PostgresException e) => e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation;

    /// <summary>The error with every column that has to do with it. Outside of the transaction that fell.</summary>
    public async ValueTask<Error> ExplainAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var details = Draft is null ? []
            : Fault.SqlState == PostgresErrorCodes.UniqueViolation ? await FindTakenAsync(connection, Draft, ct)
            : await FindMissingAsync(connection, Draft, ct);
        return details.Count > 0 ? Error.Of(Fault.SqlState == PostgresErrorCodes.UniqueViolation ? ErrorCodes.UniqueViolation : ErrorCodes.ForeignKeyViolation, details)
            : PostgresErrors.Translate(Fault.SqlState) ?? StorageErrors.Constraint;
    }

    private async ValueTask<List<FieldError>> FindTakenAsync(NpgsqlConnection connection, RecordDraft draft, CancellationToken ct)
    {
        var taken = new List<FieldError>();
        IReadOnlyList<Column>[] assigned = Entry.Table.Key is { } id ? [[id]] : []; // an import may give it
        var violated = Entry.Table.Indexes.FirstOrDefault(i => i.Name == Fault.ConstraintName)?.Columns ?? Entry.Table.KeyColumns;
        foreach (var columns in UniqueColumns.Of(Entry.Table).Concat(assigned))
        {
            // The one that was violated may be so by a record of the same transaction, which is gone with it.
            var isViolated = columns.SequenceEqual(violated);
            if (columns.SequenceEqual(Except) || !(isViolated || await IsTakenAsync(connection, draft, columns, ct)))
                continue;
            var message = columns.Count == 1 ? "has a value that another record has already" : "belongs to a combination of values that another record has already";
            taken.AddRange(columns.Where(c => taken.All(t => t.Field != c.Name)).Select(c => new FieldError(c.Name, FieldCodes.Unique, message)));
        }

        return taken;
    }

    private async ValueTask<bool> IsTakenAsync(NpgsqlConnection connection, RecordDraft draft, IReadOnlyList<Column> columns, CancellationToken ct)
    {
        if (columns.Any(c => draft.Values[c.Ordinal].Kind is ValueKind.Absent or ValueKind.Null))
            return false;
        await using var find = new NpgsqlCommand(Entry.Sql.FindOther(columns), connection);
        Binding.Add(find.Parameters, draft, columns);
        if (Key is { } id)
            Binding.Add(find.Parameters, Entry.Table, id);
        else
            AddNoKey(find.Parameters);
        return await find.ExecuteScalarAsync(ct) is not null;
    }

    private async ValueTask<List<FieldError>> FindMissingAsync(NpgsqlConnection connection, RecordDraft draft, CancellationToken ct)
    {
        var missing = new List<FieldError>();
        foreach (var key in Entry.Table.ForeignKeys)
        {
            var value = draft.Values[key.Column.Ordinal];
            if (value.Kind is ValueKind.Absent or ValueKind.Null)
                continue;
            await using var find = new NpgsqlCommand($"SELECT 1 FROM {Entry.Dialect.Table(key.TargetTable)} WHERE {Identifier.Quote(key.TargetColumn ?? TableDefinition.Id)} = $1", connection);
            find.Parameters.Add(Binding.Of(value, draft.Memory, SqlType.Of(key.Column)));
            if (await find.ExecuteScalarAsync(ct) is null)
                missing.Add(new FieldError(key.Column.Name, FieldCodes.Invalid, $"refers to no record of '{key.TargetTable}'"));
        }

        return missing;
    }

    private void AddNoKey(NpgsqlParameterCollection parameters)
    {
        foreach (var column in Entry.Table.KeyColumns)
            parameters.Add(Binding.Of(TypedValue.Null, SqlType.Of(column)));
    }
}
