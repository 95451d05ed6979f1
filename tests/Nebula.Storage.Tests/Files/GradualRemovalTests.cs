using Nebula.Storage.Files;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Files;

public sealed class GradualRemovalTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly string _directory = Directory.CreateTempSubdirectory("nebula").FullName;

    [Fact]
    public async Task A_large_file_is_gone_at_once_and_its_blocks_piece_by_piece()
    {
        OnLinux();
        var path = Create(100 * Mebibyte);
        using var seen = Posix.OpenLocked(path);

        GradualRemoval.Remove(path);

        Assert.False(File.Exists(path));
        var lengths = new SortedSet<long>();
        await Eventually.IsTrue(
            () =>
            {
                lengths.Add(seen.Length / Mebibyte);
                return seen.Length == 0;
            },
            "its blocks are gone");
        Assert.Superset(lengths, new SortedSet<long> { 100, 84, 68, 52, 36, 20, 4, 0 });
    }

    [Fact]
    public void A_small_file_is_removed_as_it_is()
    {
        var path = Create(Mebibyte);
        using var seen = Posix.OpenLocked(path);

        GradualRemoval.Remove(path);

        Assert.False(File.Exists(path));
        Assert.Equal(Mebibyte, seen.Length);
    }

    [Fact]
    public async Task Who_reads_it_reads_it_to_its_end()
    {
        var path = Create(50 * Mebibyte);
        using var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

        GradualRemoval.Remove(path);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.False(File.Exists(path));
        Assert.Equal(50 * Mebibyte, reader.Length);
    }

    [Fact]
    public async Task A_file_with_another_name_stays_whole_under_that()
    {
        OnLinux();
        var path = Create(50 * Mebibyte);
        var other = Path.Combine(_directory, "snapshot");
        Assert.True(Posix.TryLink(path, other));

        GradualRemoval.Remove(path);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.False(File.Exists(path));
        Assert.Equal(50 * Mebibyte, new FileInfo(other).Length);
    }

    [Fact]
    public async Task What_is_replaced_is_gone_at_once_and_its_blocks_later()
    {
        OnLinux();
        var (file, replaced) = (Create(Mebibyte), Create(50 * Mebibyte));
        using var seen = Posix.OpenLocked(replaced);

        GradualRemoval.Replace(file, replaced);

        Assert.False(File.Exists(file));
        Assert.Equal(Mebibyte, new FileInfo(replaced).Length);
        await Eventually.IsTrue(() => seen.Length == 0, "its blocks are gone");
        Assert.Equal(Mebibyte, new FileInfo(replaced).Length);
    }

    [Fact]
    public async Task Of_a_link_only_the_link_is_removed()
    {
        var path = Create(50 * Mebibyte);
        var link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, path);

        GradualRemoval.Remove(link);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.False(Path.Exists(link));
        Assert.Equal(50 * Mebibyte, new FileInfo(path).Length);
    }

    [Fact]
    public async Task Of_many_at_once_most_are_removed_as_they_are()
    {
        const int Large = 200 * Mebibyte; // which takes a while
        OnLinux();
        var paths = Enumerable.Range(0, 20).Select(_ => Create(Large)).ToList();
        var seen = paths.ConvertAll(Posix.OpenLocked);

        paths.ForEach(GradualRemoval.Remove);

        Assert.Empty(Directory.EnumerateFiles(_directory));
        await Eventually.IsTrue(() => seen.Any(s => s.Length == 0) && seen.All(s => s.Length is 0 or Large), "those that waited are done");
        Assert.Contains(seen, s => s.Length > 0);
        seen.ForEach(s => s.Dispose());
    }

    [Fact]
    public void What_is_not_there_needs_no_removal()
    {
        GradualRemoval.Remove(Path.Combine(_directory, "none"));

        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public async Task What_is_read_for_the_last_time_is_gone_when_it_was_read()
    {
        var paths = new[] { Create(Mebibyte), Create(40 * Mebibyte), Create(Mebibyte), Create(40 * Mebibyte) };
        for (var i = 0; i < paths.Length; i++)
        {
            var stream = SpoolDirectory.OpenForLastTime(paths[i]);
            Assert.Equal(100, await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
            Assert.True(File.Exists(paths[i]));

            if (i < 2)
                await stream.DisposeAsync();
            else
                stream.Dispose();

            Assert.False(File.Exists(paths[i]));
        }
    }

    [Fact]
    public void What_could_not_be_opened_to_be_read_for_the_last_time_leaves_nothing_behind()
    {
        Assert.Throws<FileNotFoundException>(() => SpoolDirectory.OpenForLastTime(Path.Combine(_directory, "none")));

        GC.Collect();
        GC.WaitForPendingFinalizers(); // in which a fault would end the process
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void OnLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere files are removed as they are.");

    /// <summary>Without blocks, since what it is about are lengths.</summary>
    private string Create(long length)
    {
        var path = Path.Combine(_directory, Guid.CreateVersion7().ToString());
        using var file = File.Create(path);
        file.SetLength(length);
        return path;
    }
}
