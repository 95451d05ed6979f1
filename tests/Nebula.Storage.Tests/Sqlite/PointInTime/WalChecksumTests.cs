using Nebula.Storage.Sqlite.PointInTime;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

public sealed class WalChecksumTests
{
    [Theory]
    [InlineData(false, 0x04030201u, 0x08070605u)]
    [InlineData(true, 0x01020304u, 0x05060708u)]
    public void Words_are_read_in_the_order_that_the_log_names(bool isBigEndian, uint first, uint second)
    {
        var once = new WalChecksum(first, second + first);
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8];

        Assert.Equal(once, default(WalChecksum).Add(bytes, isBigEndian));
        var twice = new WalChecksum(once.First + first + once.Second, unchecked(once.Second + second + once.First + first + once.Second));
        Assert.Equal(twice, default(WalChecksum).Add([.. bytes, .. bytes], isBigEndian));
    }
}
