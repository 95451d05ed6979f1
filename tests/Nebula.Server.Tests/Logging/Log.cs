using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nebula.Server.Logging;

namespace Nebula.Server.Tests.Logging;

/// <summary>Nebula's logging as the server sets it up, with an output and a clock of the test.</summary>
internal sealed class Log : IDisposable
{
    private readonly ServiceProvider _services;

    public Log(LogFormat format = LogFormat.Text, LogLevel level = LogLevel.Information)
    {
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new FixedClock())
            .AddLogging(logging => logging.AddNebulaLogging(level, format, Output))
            .BuildServiceProvider();
    }

    public Output Output { get; } = new();

    /// <summary>The line that <paramref name="log"/> makes, without its end.</summary>
    public static string Line(LogFormat format, Action<ILogger> log)
    {
        using var one = new Log(format);
        log(one.Of("Nebula.Some"));
        one.Dispose();
        Assert.EndsWith("\n", one.Output.Text, StringComparison.Ordinal);
        return Assert.Single(one.Output.Lines);
    }

    public ILogger Of(string category) => _services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    public void Dispose() => _services.Dispose();
}
