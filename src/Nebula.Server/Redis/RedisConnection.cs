using StackExchange.Redis;

namespace Nebula.Server.Redis;

/// <summary>How the driver is to behave: it connects again by itself for ever, and keeps nothing waiting for a connection that is not there.</summary>
internal static class RedisConnection
{
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromSeconds(1);

    public static ConfigurationOptions Options(RedisAddress address) => new()
    {
        EndPoints = { { address.Host, address.Port } },
        User = address.User,
        Password = address.Password,
        DefaultDatabase = address.Database,
        Ssl = address.IsTls,
        SslHost = address.IsTls ? address.Host : null,
        ClientName = "nebula",
        // One connection instead of two: subscriptions, which nobody makes here, share it.
        Protocol = RedisProtocol.Resp3,
        ConfigurationChannel = "",
        AbortOnConnectFail = false,
        BacklogPolicy = BacklogPolicy.FailFast,
        ConnectRetry = 1,
        ConnectTimeout = 1000,
        ReconnectRetryPolicy = new LinearRetry((int)_betweenAttempts.TotalMilliseconds),
        // Whoever asks has given up long before; after so long the driver takes a silent connection for dead.
        AsyncTimeout = 1000,
        SyncTimeout = 1000,
        // The driver's figures about itself belong to no operator's log.
        IncludeDetailInExceptions = false,
    };
}
