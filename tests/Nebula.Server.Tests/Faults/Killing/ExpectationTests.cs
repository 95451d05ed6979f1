namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>The kill test is worth as much as its eyes are.</summary>
public sealed class ExpectationTests
{
    private static readonly Change _database = new(ChangeKind.CreateDatabase, "shop");
    private static readonly Change _table = new(ChangeKind.CreateTable, "shop", "orders");
    private static readonly Change _insert = new(ChangeKind.Insert, "shop", "orders", "a", 1);
    private static readonly Change _update = new(ChangeKind.Update, "shop", "orders", "a", 2);
    private static readonly Change _delete = new(ChangeKind.Delete, "shop", "orders", "a");
    private static readonly Change _rename = new(ChangeKind.RenameDatabase, "shop", NewName: "store");

    [Fact]
    public void What_was_acknowledged_and_is_there_is_right() => Assert.Empty(Compare([_database, _table, _insert, _update], [_database, _table, _insert, _update]));

    [Fact]
    public void A_lost_record_is_seen() => Assert.Contains("lost", Assert.Single(Compare([_database, _table, _insert], [_database, _table])), StringComparison.Ordinal);

    [Fact]
    public void A_lost_table_is_seen() => Assert.NotEmpty(Compare([_database, _table], [_database]));

    [Fact]
    public void A_lost_update_is_seen() => Assert.Contains("version 1", Assert.Single(Compare([_database, _table, _insert, _update], [_database, _table, _insert])), StringComparison.Ordinal);

    [Fact]
    public void A_deleted_record_that_is_back_is_seen() =>
        Assert.Contains("deleted", Assert.Single(Compare([_database, _table, _insert, _delete], [_database, _table, _insert])), StringComparison.Ordinal);

    [Fact]
    public void A_record_that_nobody_asked_for_is_seen() => Assert.Single(Compare([_database, _table], [_database, _table, _insert]));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_unanswered_change_may_be_done_or_not_and_is_concluded_so(bool isDone)
    {
        var concluded = new List<bool>();

        Assert.Empty(Compare([_database, _table, _insert], isDone ? [_database, _table, _insert, _update] : [_database, _table, _insert], _update, concluded));

        Assert.Equal([isDone], concluded);
    }

    [Fact]
    public void Half_of_an_unanswered_change_is_seen()
    {
        // The table is gone, and one of its records is there: what a drop that stopped in the middle would leave.
        var found = StateOf([_database, _table, _insert, new Change(ChangeKind.Insert, "shop", "orders", "b", 1)]).With(_delete);

        var problems = new Expectation(
        [
            .. Acknowledged([_database, _table, _insert, new Change(ChangeKind.Insert, "shop", "orders", "b", 1)]),
            new LedgerEntry(5, new Change(ChangeKind.DropTable, "shop", "orders")),
        ]).Compare(found, (_, _) => { });

        Assert.Contains("by half", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_database_brings_its_records_along() => Assert.Empty(Compare([_database, _table, _insert, _rename], [_database, _table, _insert, _rename]));

    [Fact]
    public void A_renaming_that_left_both_names_is_seen() =>
        Assert.NotEmpty(Compare([_database, _table], [_database, _table, new Change(ChangeKind.CreateDatabase, "store")], _rename));

    [Fact]
    public void An_id_that_is_given_twice_is_seen()
    {
        var entries = Acknowledged([_database, _table, _insert, _delete, new Change(ChangeKind.Insert, "shop", "orders", "b", 1)]);
        var reused = entries.Select(entry => entry.Change.Kind == ChangeKind.Insert ? entry with { RecordId = 1 } : entry).ToList();

        Assert.Contains("another record had", Assert.Single(new Expectation(reused).Compare(new Expectation(reused).State, (_, _) => { })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_is_read_back_as_it_was_written()
    {
        using var workspace = new Workspace();
        using var ledger = new Ledger(Path.Combine(workspace.Root, "ledger"));
        ledger.Acknowledge(ledger.Begin(_insert), 7);
        ledger.Begin(_rename);
        ledger.NotFound(ledger.Begin(_update));
        ledger.Found(ledger.Begin(_table), 0);

        Assert.Equal(
            [new(1, _insert, Outcome.Acknowledged, 7), new(2, _rename), new(3, _update, Outcome.NotFound), new(4, _table, Outcome.Found)],
            ledger.Read());
    }

    private static IReadOnlyList<string> Compare(Change[] acknowledged, Change[] found, Change? open = null, List<bool>? concluded = null)
    {
        var entries = Acknowledged(acknowledged);
        if (open is not null)
            entries = [.. entries, new LedgerEntry(entries.Count + 1, open)];
        return new Expectation(entries).Compare(StateOf(found), (_, isDone) => concluded?.Add(isDone));
    }

    private static IReadOnlyList<LedgerEntry> Acknowledged(Change[] changes) =>
        [.. changes.Select((change, i) => new LedgerEntry(i + 1, change, Outcome.Acknowledged, change.Kind == ChangeKind.Insert ? i + 1 : 0))];

    private static State StateOf(Change[] changes)
    {
        var state = new State();
        foreach (var change in changes)
            state.Apply(change);
        return state;
    }
}
