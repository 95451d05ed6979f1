namespace Nebula.Ladder.Measuring;

/// <summary>A line of the table of figures.</summary>
/// <param name="Level">L0 to L4.</param>
internal sealed record Row(string Level, string Title)
{
    public static Row Syncs { get; } = new("L0", "fdatasync of 4 KiB");
    public static Row PointReads { get; } = new("L1", "point reads, one thread");
    public static Row AutocommitInserts { get; } = new("L1", "inserts, each its own commit");
    public static Row GroupInserts { get; } = new("L1", "inserts, 64 in a commit");
    public static Row UnsyncedGroupInserts { get; } = new("L1", "inserts, 64 in a commit, unsynced");
    public static Row Constant { get; } = new("L2", "constant, 100 bytes");
    public static Row GetRaw { get; } = new("L3", "get one");
    public static Row GetByKey { get; } = new("L4", "get one, API key");
    public static Row GetByToken { get; } = new("L4", "get one, JWT");
    public static Row ListRaw { get; } = new("L3", "list 100");
    public static Row List { get; } = new("L4", "list 100, no total");
    public static Row ListWithTotal { get; } = new("L4", "list 100, total");
    public static Row ListSomeRaw { get; } = new("L3", "list 100, 11 KB");
    public static Row ListSome { get; } = new("L4", "list 100, 11 KB, no total");
    public static Row InsertRaw { get; } = new("L3", "insert one");
    public static Row InsertUnsynced { get; } = new("L3", "insert one, unsynced");
    public static Row Insert { get; } = new("L4", "insert one");
    public static Row UpdateRaw { get; } = new("L3", "update one");
    public static Row Update { get; } = new("L4", "update one");
    public static Row FilterIndexed { get; } = new("L4", "filter and sort 100 of 100,000, index");
    public static Row FilterUnindexed { get; } = new("L4", "filter and sort 100 of 100,000, no index");
    public static Row FirstPage { get; } = new("L4", "page by cursor, the first");
    public static Row DeepPage { get; } = new("L4", "page by cursor, at depth 90,000");
    public static Row Aggregate { get; } = new("L4", "sums of 1,000 groups of 100");
    public static Row Batch { get; } = new("L4", "batch of 100 inserts");
    public static Row ImportShell { get; } = new("L1", "rows of CSV imported by the sqlite3 shell");
    public static Row Import { get; } = new("L4", "rows of CSV imported");
    public static Row PostgresGetRaw { get; } = new("L3", "PostgreSQL: get one");
    public static Row PostgresGet { get; } = new("L4", "PostgreSQL: get one, API key");
    public static Row PostgresListRaw { get; } = new("L3", "PostgreSQL: list 100");
    public static Row PostgresList { get; } = new("L4", "PostgreSQL: list 100, no total");
    public static Row PostgresListWithTotal { get; } = new("L4", "PostgreSQL: list 100, total");
    public static Row PostgresInsertRaw { get; } = new("L3", "PostgreSQL: insert one");
    public static Row PostgresInsert { get; } = new("L4", "PostgreSQL: insert one");
    public static Row PostgresUpdateRaw { get; } = new("L3", "PostgreSQL: update one");
    public static Row PostgresUpdate { get; } = new("L4", "PostgreSQL: update one");
    public static Row LargeInsert { get; } = new("L4", "insert one, database of 1 GB");
    public static Row BranchedInsert { get; } = new("L4", "insert one, while that is branched");
    public static Row Branch { get; } = new("L4", "branch of 1 GB under these inserts, MB");
    public static Row BackedUpInsert { get; } = new("L4", "insert one, while that is backed up");
    public static Row Backup { get; } = new("L4", "backup of 1 GB under these inserts, MB");
    public static Row Login { get; } = new("L4", "login");
    public static Row MixedDefault { get; } = new("L4", "mixed 90/10, 1,000 databases, 200 open");
    public static Row MixedAllOpen { get; } = new("L4", "mixed 90/10, 1,000 databases, all open");

    /// <summary>In the order of the table.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        Syncs, PointReads, AutocommitInserts, GroupInserts, UnsyncedGroupInserts, Constant, GetRaw, GetByKey, GetByToken, ListRaw, List, ListWithTotal,
        ListSomeRaw, ListSome, InsertRaw, InsertUnsynced, Insert, UpdateRaw, Update, Batch, FilterIndexed, FilterUnindexed, FirstPage, DeepPage, Aggregate,
        ImportShell, Import,
        PostgresGetRaw, PostgresGet, PostgresListRaw, PostgresList, PostgresListWithTotal, PostgresInsertRaw, PostgresInsert, PostgresUpdateRaw, PostgresUpdate,
        LargeInsert, BranchedInsert, Branch, BackedUpInsert, Backup,
        Login, MixedDefault, MixedAllOpen,
    ];
}
