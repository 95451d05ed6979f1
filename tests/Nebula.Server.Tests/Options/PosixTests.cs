using Nebula.Storage.Files;

namespace Nebula.Server.Tests.Options;

public sealed class PosixTests
{
    [Fact]
    public void The_second_to_take_a_name_is_told_and_changes_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Not called on Windows.");
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.In("first"), "first");
        File.WriteAllText(directory.In("second"), "second");

        Assert.True(Posix.TryLink(directory.In("first"), directory.In("name")));
        Assert.False(Posix.TryLink(directory.In("second"), directory.In("name")));
        Assert.Equal("first", File.ReadAllText(directory.In("name")));
    }

    [Fact]
    public void A_failure_is_an_input_output_error_that_names_the_path()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Not called on Windows.");
        using var directory = new TemporaryDirectory();

        var (none, name) = (directory.In("none"), directory.In("name"));

        Assert.Contains(none, Assert.Throws<IOException>(() => Posix.SyncDirectory(none)).Message, StringComparison.Ordinal);
        Assert.StartsWith(name, Assert.Throws<IOException>(() => Posix.TryLink(none, name)).Message, StringComparison.Ordinal);
    }
}
