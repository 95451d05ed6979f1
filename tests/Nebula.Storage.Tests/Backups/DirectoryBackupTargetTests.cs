using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Storage.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class DirectoryBackupTargetTests : BackupTargetContract, IDisposable
{
    private readonly TemporaryDirectory _parent = new TemporaryDirectory();

    public DirectoryBackupTargetTests() => Target = new DirectoryBackupTarget(Root, TimeProvider.System);

    private string Root => _parent.Combine("new", "backups");

    protected override IBackupTarget Target { get; }

    public void Dispose() => _parent.Dispose();

    [Fact]
    public async Task A_directory_is_made_by_the_first_object_and_only_its_owner_can_look_into_it()
    {
        Assert.Empty(await List(""));
        Assert.Null(await Target.OpenAsync("a/b", Ct));
        await Target.DeleteAsync("a/b", Ct);
        Assert.False(Directory.Exists(Root));

        await Write("a/b", "1");

        if (OperatingSystem.IsWindows())
            return; // which has no modes
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Root));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Root, "a")));
        Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(Root, "a/b")));
    }

    [Fact]
    public async Task Folders_go_with_their_last_object_and_the_directory_stays()
    {
        await Write("a/b/c", "1");
        await Write("a/d", "2");
        await Target.DeleteAsync("a/b/c", Ct);
        Assert.False(Directory.Exists(Path.Combine(Root, "a/b")));

        await Target.DeleteAsync("a/d", Ct);
        Assert.False(Directory.Exists(Path.Combine(Root, "a")));
        Assert.True(Directory.Exists(Root));
    }

    [Fact]
    public async Task A_symbolic_link_is_not_followed_whether_it_is_an_object_or_a_folder()
    {
        await Write("a/b", "1");
        var outside = Directory.CreateDirectory(_parent.Combine("outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "x"), "theirs");
        File.CreateSymbolicLink(Path.Combine(Root, "link"), outside);
        File.CreateSymbolicLink(Path.Combine(Root, "a/x"), Path.Combine(outside, "x"));

        foreach (var name in new[] { "link/x", "a/x" })
        {
            await Assert.ThrowsAsync<UnavailableException>(async () => await Target.OpenAsync(name, Ct));
            await Assert.ThrowsAsync<UnavailableException>(() => Write(name, "mine"));
            await Assert.ThrowsAsync<UnavailableException>(async () => await Target.DeleteAsync(name, Ct));
        }

        Assert.Equal(["a/b"], (await List("")).Select(o => o.Name));
        Assert.Equal("theirs", File.ReadAllText(Path.Combine(outside, "x")));
    }

    [Fact]
    public async Task What_is_no_object_is_not_listed()
    {
        await Write("a", "1");
        File.WriteAllText(Path.Combine(Root, "Notes of mine.txt"), "");
        File.WriteAllText(Path.Combine(Root, ".hidden"), "");

        Assert.Equal(["a"], (await List("")).Select(o => o.Name));
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_goes_after_a_day()
    {
        await Write("a", "1");
        var incoming = Path.Combine(Root, ".incoming");
        var (old, young) = (Path.Combine(incoming, "old"), Path.Combine(incoming, "young"));
        File.WriteAllText(old, "");
        File.WriteAllText(young, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));

        await new DirectoryBackupTarget(Root, TimeProvider.System).WriteAsync("b", Stream.Null, Ct);

        Assert.Equal([young], Directory.EnumerateFiles(incoming));
    }

    [Fact]
    public async Task A_place_that_can_not_be_written_is_named_and_the_fault_is_not_the_contents()
    {
        File.WriteAllText(_parent.Combine("new"), "a file where a directory should be");

        var fault = await Assert.ThrowsAsync<UnavailableException>(() => Write("a", "1"));
        Assert.Contains(Root, fault.Error.Message, StringComparison.Ordinal);
    }
}
