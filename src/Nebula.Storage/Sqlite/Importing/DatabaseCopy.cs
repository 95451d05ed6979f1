using Nebula.Core;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>
/// Writes an uploaded database anew: its tables are made by their own statements or, where Nebula made them, by their definitions, and each row is taken apart and put together again.
/// What can run by itself is not taken, and what is kept is checked.
/// </summary>
internal sealed class DatabaseCopy(Connection connection, StripList strip, DateTimeOffset now)
{
    /// <summary>Generous, but not without end: a schema can hold expressions that take for ever.</summary>
    private static readonly TimeSpan _deadline = TimeSpan.FromHours(6);

    /// <summary>Gives the numbers of tables and rows. Fails with invalid_body.</summary>
    /// <param name="upload">Is only read; its header was checked.</param>
    /// <param name="target">The path of the new file.</param>
    public static Result<CopiedDatabase> Run(string upload, string target, StripList strip, DateTimeOffset now, CancellationToken ct)
    {
        using var connection = Connection.CreateWary(target);
        using var file = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite); // nobody else has it: closing it gives up the locks of this process on it
        connection.SetDeadline(_deadline, ct);
        connection.SetPace(new PacedSync(file));
        try
        {
            // A new file that is thrown away when anything fails: what its pages need is synced piece by piece beside SQLite, and once when it is whole.
            foreach (var pragma in new[] { "journal_mode = MEMORY", "synchronous = OFF", "temp_store = MEMORY", "mmap_size = 0", "cell_size_check = ON", "cache_size = -16384" })
                connection.Execute($"PRAGMA {pragma}");
            Attach(connection, upload);
            return new DatabaseCopy(connection, strip, now).Run();
        }
        catch (SqliteFaultException e)
        {
            ct.ThrowIfCancellationRequested();
            if (connection.PaceFault is { } fault)
                throw new IOException(fault.Message, fault) { HResult = fault.HResult };
            return ToError(e);
        }
    }

    private Result<CopiedDatabase> Run()
    {
        if (!UploadedSchema.Read(connection, strip).TryGet(out var schema, out var error))
            return error;
        var definitions = UploadedDefinitions.Read(connection, schema);
        connection.Execute(CatalogSql.CreateTable);
        var rows = 0L;
        var copies = new List<TableCopy>();
        foreach (var table in schema.Tables)
        {
            var copy = new TableCopy(connection, table, [.. schema.Indexes.Where(i => i.Table.Equals(table.Name, StringComparison.OrdinalIgnoreCase))]);
            if (!copy.Run(definitions.Find(table.Name), now).TryGet(out var count, out error))
                return error;
            copies.Add(copy);
            rows += count;
        }

        if (schema.HasSequence)
            CopySequence();
        foreach (var copy in copies)
        {
            if (copy.Index() is { } fault)
                return fault;
        }

        return CheckReferences() is { } dangling ? dangling : new CopiedDatabase(copies.Count, rows);
    }

    private static void Attach(Connection connection, string upload)
    {
        // Nobody else has the file, so it needs no locks, no journal and no log.
        var attach = connection.Prepare("ATTACH ?1 AS upload");
        try
        {
            attach.Bind(1, $"file:{Uri.EscapeDataString(upload)}?mode=ro&immutable=1");
            attach.Step();
        }
        finally
        {
            attach.Reset();
        }
    }

    /// <summary>So that no id is given again that was given before. SQLite entered those that are there; where the upload says more, its number counts.</summary>
    private void CopySequence()
    {
        connection.Execute(
            """
            DELETE FROM main.sqlite_sequence WHERE EXISTS (
              SELECT 1 FROM upload.sqlite_sequence s
              WHERE s.name = main.sqlite_sequence.name COLLATE NOCASE AND typeof(s.seq) = 'integer' AND s.seq > main.sqlite_sequence.seq)
            """);
        connection.Execute(
            """
            INSERT INTO main.sqlite_sequence (name, seq)
            SELECT m.name, max(s.seq) FROM upload.sqlite_sequence s JOIN main.sqlite_schema m ON m.type = 'table' AND m.name = s.name COLLATE NOCASE
            WHERE typeof(s.seq) = 'integer' AND substr(m.name, 1, 7) <> '_nebula' AND m.sql LIKE '%AUTOINCREMENT%'
              AND NOT EXISTS (SELECT 1 FROM main.sqlite_sequence t WHERE t.name = m.name)
            GROUP BY m.name
            """);
    }

    private Error? CheckReferences()
    {
        var faults = new List<FieldError>();
        var check = connection.Prepare("""SELECT "table", parent, count(*) FROM pragma_foreign_key_check(NULL, 'main') GROUP BY 1, 2""");
        try
        {
            while (check.Step())
                faults.Add(new(UploadedSchema.Cut(check.Text(0)), FieldCodes.Invalid, $"has {check.Integer(2)} rows that refer to records of '{UploadedSchema.Cut(check.Text(1))}' that are not there"));
        }
        catch (SqliteFaultException e) when (ResultCodes.Primary(e.Code) == ResultCodes.Error)
        {
            return UploadFaults.Of("A table refers to columns that are not there, or are not unique.");
        }
        finally
        {
            check.Reset();
        }

        return faults.Count == 0 ? null : UploadFaults.Of($"Rows refer to what is not there: {faults[0].Field} {faults[0].Message}.", faults);
    }

    private static Error ToError(SqliteFaultException e) => ResultCodes.Primary(e.Code) switch
    {
        ResultCodes.NotADatabase => UploadFaults.NotADatabase,
        ResultCodes.Corrupt => UploadFaults.Damaged,
        ResultCodes.TooBig => UploadFaults.Of("A value is larger than the database can hold."),
        ResultCodes.Error or ResultCodes.Constraint => UploadFaults.Of("The schema uses something that this server does not have."),
        _ => SqliteErrors.Translate(e.Code) ?? UploadFaults.Damaged,
    };
}
