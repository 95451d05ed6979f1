namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>One write that a client asks for.</summary>
/// <param name="Token">The unique value by which a record is known, before and after it has an id.</param>
/// <param name="Version">Of a record, as the writer counts: 1 when inserted.</param>
/// <param name="NewName">Of a database that is renamed.</param>
internal sealed record Change(ChangeKind Kind, string Database, string Table = "", string Token = "", int Version = 0, string NewName = "")
{
    /// <summary>What it changes: everything under these keys, and nothing else.</summary>
    public IReadOnlyList<string> Keys => Kind switch
    {
        ChangeKind.CreateDatabase or ChangeKind.DropDatabase => [Database],
        ChangeKind.RenameDatabase => [Database, NewName],
        ChangeKind.CreateTable or ChangeKind.DropTable => [TableKey],
        _ => [$"{TableKey}/{Token}"],
    };

    public string TableKey => $"{Database}/{Table}";

    public bool Touches(string key) => Keys.Any(own => key == own || key.StartsWith(own + "/", StringComparison.Ordinal));

    public override string ToString() => $"{Kind} {string.Join(" to ", Keys)}{(Version > 0 ? $" version {Version}" : "")}";
}
