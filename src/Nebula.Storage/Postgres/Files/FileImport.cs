using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Metadata;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Importing;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Importing;
using Nebula.Storage.Sqlite.Native;
using Npgsql;

namespace Nebula.Storage.Postgres.Files;

/// <summary>
/// Makes a database of a SQLite file whose schema was checked: in one transaction with its entry, so that it is there as a whole or not at all, and a crash leaves nothing. Used once.
/// </summary>
internal sealed class FileImport(PostgresServer server, Connection file, TimeProvider clock)
{
    private readonly DatabaseCatalog _catalog = Sqlite.Schema.SchemaReader.ReadInOneSnapshot(file, previous: null);

    /// <summary>The one that is being taken over, for messages; empty before the first and after the last.</summary>
    private string _table = "";

    /// <summary>Makes a new database. Fails with invalid_body, database_exists, quota_exceeded or user_not_found.</summary>
    /// <param name="taken">The id that was taken for it; null for the next.</param>
    /// <param name="most">How many databases the owner may have; null for any number.</param>
    public ValueTask<Result<Database>> RunAsync(UserId owner, DatabaseId? taken, DatabaseName name, long? most, CancellationToken ct) => GuardAsync(name, async connection =>
    {
        if (await IsTakenAsync(connection, owner, name, ct))
            return RegisteredDatabases.Exists(name);
        var id = taken ?? await NextIdAsync(connection, ct);
        return await CopyAllAsync(connection, id, ct) is { } error ? error
            : most is { } bound && await FindExcessAsync(connection, owner, bound, ct) is { } excess ? excess
            : await EnterAsync(connection, id, owner, name, ct);
    }, ct);

    /// <summary>Makes the schema of a database that has no entry yet, over one that is there. Fails with invalid_body.</summary>
    public ValueTask<Result<Database>> PlaceAsync(Database database, CancellationToken ct) => GuardAsync(database.Name, async connection =>
    {
        await DropAsync(connection, database.Id, ct);
        return await CopyAllAsync(connection, database.Id, ct) is { } error ? error : database;
    }, ct);

    /// <summary>Puts the file in the place of the tables that a database has. Fails with invalid_body, with database_not_found, or with conflict when they are not here.</summary>
    public ValueTask<Result<Database>> ReplaceAsync(DatabaseId id, CancellationToken ct) => GuardAsync(default, async connection =>
    {
        if (await LockAsync(connection, id, ct) is not { } current)
            return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        if (current.Placement != PlacementName.Postgres)
            return RegisteredDatabases.Elsewhere(current);
        if (await IsMovedAsync(connection, id, ct))
            return MoveRegistry.Busy;
        await using var version = new NpgsqlCommand($"SELECT version FROM {OwnTables.DialectOf(id).Table(OwnTables.State)}", connection);
        var last = current.State == DatabaseState.Created ? (long)(await version.ExecuteScalarAsync(ct) ?? 1L) : 1L;
        await DropAsync(connection, id, ct);
        if (await CopyAllAsync(connection, id, ct) is { } error)
            return error;

        // No catalogue that a server keeps has this version.
        await using var raise = new NpgsqlCommand($"UPDATE {OwnTables.DialectOf(id).Table(OwnTables.State)} SET version = $1", connection);
        raise.Parameters.Add(Binding.Of(Math.Abs(last) + 1));
        await raise.ExecuteNonQueryAsync(ct);
        return await NoteAsync(connection, id, ct);
    }, ct);

    private async ValueTask<Result<Database>> GuardAsync(DatabaseName name, Func<NpgsqlConnection, ValueTask<Result<Database>>> work, CancellationToken ct)
    {
        try
        {
            await using var connection = await server.OpenAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var outcome = await work(connection);
            if (outcome.TryGet(out _, out _))
                await transaction.CommitAsync(CancellationToken.None);
            return outcome;
        }
        catch (UnfitValueException e)
        {
            return UploadFaults.Of($"The column '{e.Column}' of the table '{_table}' holds values that are not of its type, which PostgreSQL can't keep.");
        }
        catch (PostgresException e) when (_table.Length == 0 && e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return RegisteredDatabases.Exists(name);
        }
        catch (PostgresException e) when (_table.Length == 0 && e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return RegisteredDatabases.OwnerGone;
        }
        catch (PostgresException e) when (_table.Length > 0 && e.SqlState[..2] is "22" or "23" or "42" or "54")
        {
            return UploadFaults.Of($"The table '{_table}' has something, or holds values, that PostgreSQL can't keep: {PostgresErrors.OfValues(e)?.Message ?? "its schema does not fit."}");
        }
    }

    private async ValueTask<Error?> CopyAllAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await FirstUse.MakeAsync(connection, id, ct);
        var change = new SchemaChange(connection, OwnTables.DialectOf(id), new DatabaseCatalog(1, [], keepsLog: false));
        foreach (var entry in _catalog.Entries.OrderBy(e => e.Table.Id.Value))
        {
            _table = entry.Table.Name;
            if (await CopyAsync(change, entry, ct) is { } unfit)
                return unfit;
        }

        foreach (var entry in _catalog.Entries)
        {
            _table = entry.Table.Name;
            if (await FinishAsync(change, entry, ct) is { } error)
                return error;
        }

        _table = "";
        if (file.ExecuteInteger($"SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{OwnTables.Tables}'") is > 0 and var last)
            await OwnTables.SetLastTableIdAsync(connection, change.Dialect, last, ct);
        return null;
    }

    private static async ValueTask<Database?> LockAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand($"SELECT {RegisteredDatabases.Columns} FROM nebula.databases WHERE database_id = $1 AND state <> 'deleting' FOR UPDATE", connection);
        select.Parameters.Add(Binding.Of(id.Value));
        await using var rows = await select.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? RegisteredDatabases.Map(rows) : null;
    }

    /// <summary>Asked once the entry is held, which a move has to hold to begin.</summary>
    private static async ValueTask<bool> IsMovedAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM nebula.moves WHERE database_id = $1)", connection);
        select.Parameters.Add(Binding.Of(id.Value));
        return await select.ExecuteScalarAsync(ct) is true;
    }

    private async ValueTask<Database> NoteAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await using var update = new NpgsqlCommand(
            $"UPDATE nebula.databases SET state = 'created', tables = $2::int, updated_at = $3 WHERE database_id = $1 RETURNING {RegisteredDatabases.Columns}", connection);
        update.Parameters.Add(Binding.Of(id.Value));
        update.Parameters.Add(Binding.Of(_catalog.Entries.Count));
        update.Parameters.Add(Binding.Of(Timestamps.ToText(clock.GetUtcNow())));
        await using var rows = await update.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        return RegisteredDatabases.Map(rows);
    }

    private static async ValueTask DropAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await using var drop = new NpgsqlCommand($"DROP SCHEMA IF EXISTS {Identifier.Quote(OwnTables.SchemaOf(id))} CASCADE", connection) { CommandTimeout = 0 };
        await drop.ExecuteNonQueryAsync(ct);
    }

    private static async ValueTask<bool> IsTakenAsync(NpgsqlConnection connection, UserId owner, DatabaseName name, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand("SELECT 1 FROM nebula.databases WHERE owner_id = $1 AND lower(db_name) = lower($2) AND state <> 'deleting'", connection);
        find.Parameters.Add(Binding.Of(owner.ToString()));
        find.Parameters.Add(Binding.Of(name.Value));
        return await find.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Whether one more would be too many, with the account's row held so that nobody else counts at the same time.</summary>
    private static async ValueTask<Error?> FindExcessAsync(NpgsqlConnection connection, UserId owner, long bound, CancellationToken ct)
    {
        var session = new MetadataSession(connection, ct);
        await session.QueryAsync("SELECT 1 FROM nebula.users WHERE user_id = @owner FOR NO KEY UPDATE", _ => true, ("@owner", owner.ToString()));
        return DatabaseCount.Excess((await session.QueryAsync(DatabaseCount.Sql("nebula.databases"), r => r.GetInt64(0), ("@owner", owner.ToString())))[0], bound);
    }

    private static async ValueTask<DatabaseId> NextIdAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var next = new NpgsqlCommand("SELECT nextval(pg_get_serial_sequence('nebula.databases', 'database_id'))", connection);
        return new DatabaseId((long)(await next.ExecuteScalarAsync(ct) ?? throw new InvalidOperationException("A sequence gives numbers.")));
    }

    private async ValueTask<Database> EnterAsync(NpgsqlConnection connection, DatabaseId id, UserId owner, DatabaseName name, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand(
            $"INSERT INTO nebula.databases (database_id, owner_id, db_name, state, tables, created_at, updated_at) VALUES ($1, $2, $3, 'created', $4::int, $5, $5) RETURNING {RegisteredDatabases.Columns}", connection);
        insert.Parameters.Add(Binding.Of(id.Value));
        insert.Parameters.Add(Binding.Of(owner.ToString()));
        insert.Parameters.Add(Binding.Of(name.Value));
        insert.Parameters.Add(Binding.Of(_catalog.Entries.Count));
        insert.Parameters.Add(Binding.Of(Timestamps.ToText(clock.GetUtcNow())));
        await using var rows = await insert.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        return RegisteredDatabases.Map(rows);
    }

    /// <summary>Makes a table without its references and indexes, which would be in the way of its rows, and copies them.</summary>
    private async ValueTask<Error?> CopyAsync(SchemaChange change, CatalogTable entry, CancellationToken ct)
    {
        var (table, definition) = (entry.Table, DefinitionOf(entry));
        var columns = definition?.Columns ?? [.. table.Columns.Select(c => new ColumnDefinition(c.Name, c.Type, c.IsNullable, IsUnique: false))];
        if (SystemColumns.Find(columns) is { } reserved)
            return reserved with { Code = ErrorCodes.InvalidBody };
        var typed = definition is null ? TypedByValues(table) : table.Columns;
        var sql = definition is null
            ? ForeignTableSql.Create(change.Dialect, table, typed)
            : TableSql.Create(change.Dialect, definition with { Columns = [.. definition.Columns.Select(c => c with { Reference = null })] }, table);
        await change.ExecuteAsync([sql], ct);
        var kept = table.Columns.Where(c => c.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt).Select(c => c.Name);
        await TableEntries.AddAsync(change, table.Id, table.Name, string.Join(',', kept), table.CreatedAt, definition, ct);
        await CopyRowsAsync(change, table, typed, ct);
        return null;
    }

    private async ValueTask CopyRowsAsync(SchemaChange change, Table table, IReadOnlyList<Column> columns, CancellationToken ct)
    {
        using var wire = new WireRows();
        var select = file.Prepare($"SELECT {string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)))} FROM {SqliteDialect.Instance.Table(table.Name)}");
        try
        {
            await RowCopy.SendAsync(change.Connection, change.Dialect, table, columns, wire, () =>
            {
                if (!select.Step())
                    return false;
                wire.BeginRow(columns.Count);
                foreach (var column in columns)
                {
                    var value = select.Value(column.Ordinal);
                    if (!Fits(value, column))
                        throw new UnfitValueException(column.Name);
                    wire.Add(value, column);
                }

                return true;
            }, ct);
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>The columns, each of the type of its values where all of them are of another one than it says: SQLite holds no column of another program to its type.</summary>
    private List<Column> TypedByValues(Table table) => [.. table.Columns.Select(column =>
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        var select = file.Prepare($"SELECT DISTINCT typeof({Identifier.Quote(column.Name)}) FROM {SqliteDialect.Instance.Table(table.Name)}");
        try
        {
            while (select.Step())
                kinds.Add(select.Text(0));
        }
        finally
        {
            select.Reset();
        }

        kinds.Remove("null");
        ColumnType? type = (kinds.Order().ToArray(), column.Type) switch
        {
            (["integer"], ColumnType.Text or ColumnType.Blob) => ColumnType.Integer,
            (["integer", "real"] or ["real"], ColumnType.Integer or ColumnType.Text or ColumnType.Blob) => ColumnType.Real,
            (["text"], ColumnType.Integer or ColumnType.Real or ColumnType.Blob) => ColumnType.Text,
            (["blob"], ColumnType.Integer or ColumnType.Real or ColumnType.Text) => ColumnType.Blob,
            _ => null,
        };
        return type is { } other && column.Ordinal != table.Key?.Ordinal ? Retyped(column, other) : column;
    })];

    private static Column Retyped(Column column, ColumnType type) => new()
    {
        Ordinal = column.Ordinal,
        Name = column.Name,
        Type = type,
        DeclaredType = ColumnTypes.Name(type),
        IsNullable = column.IsNullable,
        IsUnique = column.IsUnique,
        IsPrimaryKey = column.IsPrimaryKey,
        Role = column.Role,
    };

    /// <summary>Indexes, references, and the number that comes next.</summary>
    private async ValueTask<Error?> FinishAsync(SchemaChange change, CatalogTable entry, CancellationToken ct)
    {
        var table = entry.Table;
        if (DefinitionOf(entry) is { } definition)
        {
            if (await IndexChanges.CreateAllAsync(change, definition, ct) is { } error)
                return error;
        }
        else
        {
            foreach (var (columns, isUnique) in ForeignTableSql.Indexes(table))
            {
                var index = new IndexDefinition(null, [.. columns.Select(c => c.Name)], isUnique, Where: null, IsFullText: false);
                if (await IndexChanges.CreateAsync(change, table, index, ct) is { } error)
                    return error;
            }
        }

        foreach (var key in table.ForeignKeys)
        {
            if (_catalog.Schema.Find(key.TargetTable) is not { } target)
                continue; // refers to nothing, which SQLite allows as long as it is null
            var column = target.Find(key.TargetColumn ?? TableDefinition.Id)?.Name ?? (target.KeyColumns is [var first, ..] ? first.Name : null);
            var reference = new ColumnReference(target.Name, column, key.OnDelete, key.As, key.Inverse);
            await change.ExecuteAsync([$"ALTER TABLE {change.Dialect.Table(table.Name)} ADD FOREIGN KEY ({Identifier.Quote(key.Column.Name)}) {ColumnSql.References(change.Dialect, reference)}"], ct);
        }

        if (table.Key is { } id)
            await IdSequence.AdvanceAsync(change.Connection, change.Dialect, table, Math.Max(LastId(table), file.ExecuteInteger($"SELECT coalesce(max({Identifier.Quote(id.Name)}), 0) FROM {SqliteDialect.Instance.Table(table.Name)}")), ct);
        return null;
    }

    /// <summary>What was declared, with the names of now and its indexes in the order in which they were declared; null for a table that another program made.</summary>
    private static TableDefinition? DefinitionOf(CatalogTable entry)
    {
        if (entry is not { Table: { IsOwn: true, Definition: { } definition }, Declared: { } declared })
            return null;
        int Place(IndexDefinition index)
        {
            var place = declared.Indexes.ToList().FindIndex(d => d.IsFullText == index.IsFullText && d.Where == index.Where && d.Columns.SequenceEqual(index.Columns, StringComparer.OrdinalIgnoreCase));
            return place < 0 ? int.MaxValue : place;
        }

        return definition with { Indexes = [.. definition.Indexes.OrderBy(Place)] };
    }

    /// <summary>The largest id that was ever given, where SQLite keeps that.</summary>
    private long LastId(Table table) => file.ExecuteInteger("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") == 0
        ? 0
        : file.ExecuteInteger($"SELECT coalesce(max(CAST(seq AS INTEGER)), 0) FROM sqlite_sequence WHERE name = {SqliteLiteral.Text(table.Name)}");

    private static bool Fits(ColumnValue value, Column column) => value.Kind switch
    {
        ValueKind.Integer when column.Type == ColumnType.Boolean => value.Integer is 0 or 1,
        ValueKind.Integer => column.Type is ColumnType.Integer or ColumnType.Decimal or ColumnType.Real,
        ValueKind.Real => column.Type == ColumnType.Real,
        ValueKind.Text => column.Type is ColumnType.Text or ColumnType.Date or ColumnType.DateTime or ColumnType.Uuid or ColumnType.Json,
        ValueKind.Blob => column.Type == ColumnType.Blob,
        _ => true,
    };
}
