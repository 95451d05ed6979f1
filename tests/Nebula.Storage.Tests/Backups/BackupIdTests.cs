using Nebula.Core.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class BackupIdTests
{
    [Fact]
    public void An_id_begins_with_its_time_and_no_two_are_the_same()
    {
        var clock = new ManualClock();
        var (first, second) = (BackupId.New(clock), BackupId.New(clock));

        Assert.NotEqual(first, second);
        Assert.True((clock.GetUtcNow() - first.Time).Duration() < TimeSpan.FromSeconds(1));
        Assert.True(BackupId.TryParse(first.Value, out var read));
        Assert.Equal(first, read);
        Assert.True(BackupObjectName.IsValid(first.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20260131t235959z")]
    [InlineData("20260131t235959z-0a1b2c3")]
    [InlineData("20260131t235959z-0a1b2c3d4")]
    [InlineData("20260131t235959z-0A1B2C3D")]
    [InlineData("20260131t235959z-0a1b2c3g")]
    [InlineData("20260131t235959z-0a1b2:3d")]
    [InlineData("20260131T235959Z-0a1b2c3d")]
    [InlineData("20260231t235959z-0a1b2c3d")]
    [InlineData("20260131t235959z/0a1b2c3d")]
    [InlineData("../../../../../../etc/pass")]
    public void What_is_no_id_is_none(string text) => Assert.False(BackupId.TryParse(text, out _));
}
