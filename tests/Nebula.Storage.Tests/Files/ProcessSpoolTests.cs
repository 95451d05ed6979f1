using Nebula.Storage.Files;

namespace Nebula.Storage.Tests.Files;

public sealed class ProcessSpoolTests
{
    [Fact]
    public void A_spool_goes_with_its_process_and_what_a_crash_left_goes_with_the_next_one()
    {
        var abandoned = Directory.CreateTempSubdirectory("nebula-spool-").FullName;
        File.WriteAllText(Path.Combine(abandoned, "lock"), "");
        File.WriteAllText(Path.Combine(abandoned, "x.rows"), "left");

        string mine;
        using (var spool = new ProcessSpool())
        {
            mine = spool.Directory.Root;
            using var file = spool.Directory.CreateTemporary();
            Assert.True(Directory.Exists(mine));
            Assert.False(Directory.Exists(abandoned));
            using var other = new ProcessSpool();
            Assert.NotEqual(mine, other.Directory.Root);
            Assert.True(File.Exists(file.Name));
        }

        Assert.False(Directory.Exists(mine));
    }
}
