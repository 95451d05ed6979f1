using System.Text;
using Nebula.Core;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>What of an uploaded database's schema is taken over: its tables and their indexes, in the order in which they were made.</summary>
internal sealed record UploadedSchema(IReadOnlyList<UploadedObject> Tables, IReadOnlyList<UploadedObject> Indexes, bool HasSequence, bool HasDefinitions)
{
    private const int MaxObjects = 100_000;
    private const int MaxNameBytes = 63;

    /// <summary>The tables that virtual tables of SQLite's own modules keep their content in; they go with them.</summary>
    private static readonly Dictionary<string, string[]> _shadows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fts3"] = ["content", "segments", "segdir", "docsize", "stat"],
        ["fts4"] = ["content", "segments", "segdir", "docsize", "stat"],
        ["fts5"] = ["data", "idx", "content", "docsize", "config"],
        ["rtree"] = ["node", "rowid", "parent"],
        ["geopoly"] = ["node", "rowid", "parent"],
    };

    /// <summary>Fails with invalid_body, naming everything that can't be taken.</summary>
    public static Result<UploadedSchema> Read(Connection connection, StripList strip)
    {
        var objects = new List<UploadedObject>();
        var select = connection.Prepare("SELECT type, name, tbl_name, sql FROM upload.sqlite_schema ORDER BY rowid");
        try
        {
            while (select.Step())
            {
                if (objects.Count == MaxObjects)
                    return UploadFaults.Of($"The database has more than {MaxObjects} tables and indexes.");
                objects.Add(new UploadedObject(select.Text(0), select.Text(1), select.Text(2), select.TextOrNull(3)));
            }
        }
        finally
        {
            select.Reset();
        }

        return Choose(objects, strip);
    }

    private static Result<UploadedSchema> Choose(List<UploadedObject> objects, StripList strip)
    {
        var own = objects.Where(o => o is { IsInternal: false, IsNebulas: false }).ToList();
        var refused = own.Where(o => o.Refused is not null && !strip.Contains(o.Name)).ToList();
        if (refused.Count > 0)
            return Refuse(refused);
        if (strip.Names.Where(n => !own.Exists(o => o.Refused is not null && o.Name.Equals(n, StringComparison.OrdinalIgnoreCase))).ToList() is [var unknown, ..])
            return Error.Of(ErrorCodes.InvalidParameter, "strip", FieldCodes.NotAllowed, $"names '{Cut(unknown)}', which is no trigger, view or virtual table of the file");

        var shadows = own.Where(o => o.IsVirtual).SelectMany(Shadows).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tables = own.Where(o => o.IsTable && !shadows.Contains(o.Name)).ToList();
        var faults = tables.Where(t => NameFault(t.Name) is not null).Select(t => new FieldError(Cut(t.Name), FieldCodes.Invalid, NameFault(t.Name) ?? "")).ToList();
        if (faults.Count > 0)
            return UploadFaults.Of("Tables have names that can't be served.", faults);
        if (tables.GroupBy(t => t.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } same)
            return UploadFaults.Of($"The tables {string.Join(", ", same.Select(t => $"'{t.Name}'"))} differ in the case of letters only.");

        var names = tables.Select(t => t.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new UploadedSchema(
            tables,
            [.. own.Where(o => o is { Type: "index", Sql: not null } && names.Contains(o.Table))],
            objects.Exists(o => o is { IsTable: true, Name: "sqlite_sequence" }),
            objects.Exists(o => o is { IsTable: true, Name: "_nebula_tables" }));
    }

    /// <summary>Names go into paths, JSON and filters.</summary>
    public static string? NameFault(string name) =>
        name.Length == 0 ? "is empty"
        : Encoding.UTF8.GetByteCount(name) > MaxNameBytes ? $"has more than {MaxNameBytes} bytes"
        : name.Any(char.IsControl) || name.Contains('\uFFFD') ? "holds control characters, or bytes that are no text"
        : null;

    public static string Cut(string name) => name.Length <= MaxNameBytes ? name : $"{name[..60]}…";

    private static Error Refuse(List<UploadedObject> refused) =>
        UploadFaults.Of(
            $"The database has triggers, views or virtual tables, which are not taken: {string.Join(", ", refused.Take(20).Select(o => $"'{Cut(o.Name)}'"))}{(refused.Count > 20 ? ", …" : "")}.",
            [.. refused.Select(o => new FieldError(Cut(o.Name), FieldCodes.NotAllowed, $"is {o.Refused}"))])
        with { Hint = "Name them in strip=, separated by commas, to leave them out; strip=* leaves out all." };

    private static IEnumerable<string> Shadows(UploadedObject table)
    {
        var words = (table.Sql ?? "").Split(["USING", "using", "Using"], 2, StringSplitOptions.None);
        var module = words.Length == 2 ? new string([.. words[1].TrimStart().TakeWhile(char.IsAsciiLetterOrDigit)]) : "";
        return _shadows.TryGetValue(module, out var suffixes) ? suffixes.Select(s => $"{table.Name}_{s}") : [];
    }
}
