namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>The power-loss tests read a trace; these show that they would see an answer that came too early.</summary>
public sealed class SyncAuditTests
{
    private const string Log = "/data/shop.db-wal";
    private const string Received = """11 recvfrom(60<TCP:[127.0.0.1:1->127.0.0.1:2]>, "POST / HTTP/1.1\r\nX-Request-Id: one\r\n\r\n{\"token\":\"mark\"}", 4096, 0, NULL, NULL) = 77""";
    private const string Written = """12 pwrite64(57</data/shop.db-wal>, "\r\0\0\1mark\0", 4096, 4152) = 4096""";
    private const string Committed = """12 pwrite64(57</data/shop.db-wal>, "\0\0\0\2\0", 24, 8248) = 24""";
    private const string Synced = "12 fdatasync(57</data/shop.db-wal>) = 0";
    private const string Sent = """13 sendto(60<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 201 Created\r\nX-Request-Id: one\r\n\r\n{}", 50, MSG_NOSIGNAL, NULL, 0) = 50""";

    [Fact]
    public void A_write_that_was_synced_before_its_answer_is_right() => Assert.Null(Find([Received, Written, Committed, Synced, Sent]));

    [Fact]
    public void A_write_without_a_sync_is_seen() => Assert.Contains("before the log was synced", Find([Received, Written, Committed, Sent]), StringComparison.Ordinal);

    [Fact]
    public void A_sync_after_the_answer_is_seen() => Assert.NotNull(Find([Received, Written, Committed, Sent, Synced]));

    [Fact]
    public void A_sync_before_the_write_is_seen() => Assert.NotNull(Find([Received, Synced, Written, Committed, Sent]));

    [Fact]
    public void A_sync_in_the_middle_of_the_write_is_seen() => Assert.NotNull(Find([Received, Written, Synced, Committed, Sent]));

    [Fact]
    public void A_sync_of_another_file_is_seen() =>
        Assert.NotNull(Find([Received, Written, Committed, Synced.Replace("shop", "blog", StringComparison.Ordinal), Sent]));

    [Fact]
    public void A_failed_sync_is_seen() =>
        Assert.NotNull(Find([Received, Written, Committed, "12 fdatasync(57</data/shop.db-wal>) = -1 EIO (Input/output error)", Sent]));

    [Fact]
    public void A_sync_that_the_tracer_made_up_is_seen() => Assert.NotNull(Find([Received, Written, Committed, Synced + " (INJECTED)", Sent]));

    [Fact]
    public void A_sync_that_had_not_returned_when_the_answer_was_sent_is_seen() => Assert.NotNull(Find(
        [Received, Written, Committed, "12 fdatasync(57</data/shop.db-wal> <unfinished ...>", Sent, "12 <... fdatasync resumed>) = 0"]));

    [Fact]
    public void A_sync_that_returned_in_time_is_right_although_other_threads_did_something_meanwhile() => Assert.Null(Find(
    [
        Received, Written, Committed, "12 fdatasync(57</data/shop.db-wal> <unfinished ...>", """14 write(1<pipe:[5]>, "log", 3) = 3""",
        "12 <... fdatasync resumed>)       = 0", Sent,
    ]));

    [Fact]
    public void An_answer_without_any_write_is_seen() => Assert.Contains("before it was written", Find([Received, Synced, Sent]), StringComparison.Ordinal);

    [Fact]
    public void An_answer_to_another_request_does_not_count() =>
        Assert.Contains("no success", Find([Received, Written, Synced, Sent.Replace("one", "two", StringComparison.Ordinal)]), StringComparison.Ordinal);

    [Fact]
    public void A_refusal_is_no_success() =>
        Assert.Contains("no success", Find([Received, Written, Synced, Sent.Replace("201 Created", "503 Service Unavailable", StringComparison.Ordinal)]), StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "made", "synced", "answered")]
    [InlineData(false, "synced", "made", "answered")]
    [InlineData(false, "made", "answered", "synced")]
    [InlineData(false, "made", "answered")]
    public void A_new_file_needs_a_sync_of_its_directory_before_the_answer(bool isRight, params string[] order)
    {
        var lines = order.Select(what => what switch
        {
            "made" => """12 openat(AT_FDCWD</>, "/data/shop.db", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 9</data/shop.db>""",
            "synced" => "12 fsync(57</data>) = 0",
            _ => Sent,
        });

        Assert.Equal(isRight, new SyncAudit(Trace.Parse(lines)).IsEntrySynced("/data/shop.db", "one"));
    }

    [Fact]
    public void What_is_on_disk_at_an_answer_is_what_was_written_before_the_last_sync()
    {
        var synced = new SyncAudit(Trace.Parse([Received, Written, Synced, Committed, Sent])).SyncedAtAnswers(Log, ["one"]);

        Assert.Equal([("one", 4152L + 4096)], synced);
    }

    private static string? Find(string[] lines) => new SyncAudit(Trace.Parse(lines)).FindProblem("one", Log, "mark", isAlone: true);
}
