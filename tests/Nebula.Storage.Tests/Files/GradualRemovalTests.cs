using Nebula.Storage.Files;

namespace Nebula.Storage.Tests.Files;

public sealed class GradualRemovalTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly string _directory = Directory.CreateTempSubdirectory("nebula").FullName;

    [Fact]
    public async Task A_large_file_is_gone_at_once_and_its_blocks_piece_by_piece()
    {
        var ct = TestContext.Current.CancellationToken;
        var path = Create(100 * Mebibyte);
        using var seen = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

        GradualRemoval.Remove(path);

        Assert.False(File.Exists(path));
        var lengths = new SortedSet<long>();
        for (long length; (length = RandomAccess.GetLength(seen)) > 0; await Task.Delay(1, ct))
            lengths.Add(length / Mebibyte);
        Assert.Superset(lengths, new SortedSet<long> { 100, 84, 68, 52, 36, 20, 4 });
        Assert.InRange(lengths.Count, 3, 7); // not all at once
    }

    [Fact]
    public void A_small_file_is_removed_as_it_is()
    {
        var path = Create(Mebibyte);
        using var seen = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

        GradualRemoval.Remove(path);

        Assert.False(File.Exists(path));
        Assert.Equal(Mebibyte, RandomAccess.GetLength(seen));
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
    public void Of_many_at_once_each_is_gone()
    {
        var paths = Enumerable.Range(0, 20).Select(_ => Create(20 * Mebibyte)).ToList();

        paths.ForEach(GradualRemoval.Remove);

        Assert.Empty(Directory.EnumerateFiles(_directory));
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

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Without blocks, since what it is about are lengths.</summary>
    private string Create(long length)
    {
        var path = Path.Combine(_directory, Guid.CreateVersion7().ToString());
        using var file = File.Create(path);
        file.SetLength(length);
        return path;
    }
}
