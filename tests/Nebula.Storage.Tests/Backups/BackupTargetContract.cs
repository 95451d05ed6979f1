using System.Text;
using Nebula.Core.Backups;

namespace Nebula.Storage.Tests.Backups;

/// <summary>What every place that keeps backups does.</summary>
public abstract class BackupTargetContract
{
    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract IBackupTarget Target { get; }

    /// <summary>Whether the place lists names in the order of their bytes, as all are to.</summary>
    protected virtual bool IsInOrder => true;

    [Fact]
    public async Task What_was_written_is_read_again_and_written_over()
    {
        await Write("backups/one/manifest.json", "first");
        await Write("backups/one/manifest.json", "second, which is longer");
        await Write("backups/one/manifest.json", "third");

        Assert.Equal("third", await Read("backups/one/manifest.json"));
        Assert.Null(await Target.OpenAsync("backups/two/manifest.json", Ct));
        Assert.Null(await Target.OpenAsync("backups/one", Ct));
    }

    [Fact]
    public async Task Content_is_taken_from_where_it_stands_and_stays_open()
    {
        using var content = new MemoryStream("0123456789"u8.ToArray()) { Position = 4 };
        await Target.WriteAsync("a", content, Ct);

        Assert.Equal("456789", await Read("a"));
        content.Position = 0;
    }

    [Fact]
    public async Task Objects_are_listed_by_their_names_bytes_below_a_prefix()
    {
        string[] names = ["a", "a-b/x", "a.b", "a/b", "a/b-c", "a/b/c", "a0", "b"];
        foreach (var name in names.Reverse())
        {
            if (name is not "a" and not "a/b") // in a directory nothing is an object and a folder at once
                await Write(name, name);
        }

        Assert.Equal(["a-b/x", "a.b", "a/b-c", "a/b/c", "a0", "b"], Ordered(await List("")).Select(o => o.Name));
        Assert.Equal([new BackupObject("a/b-c", 5), new BackupObject("a/b/c", 5)], Ordered(await List("a/b")));
        Assert.Equal(["a/b-c", "a/b/c"], Ordered(await List("a/")).Select(o => o.Name));
        Assert.Empty(await List("c"));
    }

    [Fact]
    public async Task An_object_that_was_removed_is_gone_and_removing_it_again_does_nothing()
    {
        await Write("a/b", "1");
        await Write("a/c", "2");
        await Target.DeleteAsync("a/b", Ct);
        await Target.DeleteAsync("a/b", Ct);
        await Target.DeleteAsync("x/y/z", Ct);

        Assert.Equal(["a/c"], (await List("")).Select(o => o.Name));
    }

    [Fact]
    public async Task Nothing_is_seen_of_an_object_whose_content_broke_off()
    {
        await Write("a/b", "before");
        await Assert.ThrowsAsync<IOException>(async () => await Target.WriteAsync("a/b", new BreakingStream(300_000), Ct));
        await Assert.ThrowsAsync<IOException>(async () => await Target.WriteAsync("a/c", new BreakingStream(300_000), Ct));

        Assert.Equal("before", await Read("a/b"));
        Assert.Equal(["a/b"], (await List("")).Select(o => o.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".hidden")]
    [InlineData("a/.incoming")]
    [InlineData("a\\b")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("%2e%2e/x")]
    [InlineData("ä")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.WriteAsync(name, Stream.Null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.OpenAsync(name, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.DeleteAsync(name, Ct));
        Assert.Empty(await List(""));
    }

    private IEnumerable<BackupObject> Ordered(List<BackupObject> objects) => IsInOrder ? objects : objects.OrderBy(o => o.Name, StringComparer.Ordinal);

    protected async Task Write(string name, string content) => await Target.WriteAsync(name, new MemoryStream(Encoding.UTF8.GetBytes(content)), Ct);

    protected async Task<string> Read(string name)
    {
        await using var stream = await Target.OpenAsync(name, Ct);
        Assert.NotNull(stream);
        return await new StreamReader(stream).ReadToEndAsync(Ct);
    }

    protected async Task<List<BackupObject>> List(string prefix)
    {
        var objects = new List<BackupObject>();
        await foreach (var found in Target.ListAsync(prefix, Ct))
            objects.Add(found);
        return objects;
    }
}
