namespace Nebula.Server.Logging;

/// <summary>Puts Nebula's log output in the place of the framework's.</summary>
internal static class NebulaLogging
{
    /// <summary>
    /// Events from <paramref name="level"/> on go to <paramref name="output"/>, or to the standard output; those of the framework only as warnings or
    /// worse. Disposing the container writes what still waits.
    /// </summary>
    public static ILoggingBuilder AddNebulaLogging(this ILoggingBuilder builder, LogLevel level, LogFormat format, Stream? output = null)
    {
        var ofFramework = level > LogLevel.Warning ? level : LogLevel.Warning;
        builder.ClearProviders();
        builder.SetMinimumLevel(level);
        builder.AddFilter("Microsoft.AspNetCore", ofFramework);
        builder.AddFilter("Microsoft.Hosting", ofFramework);
        builder.AddFilter("System", ofFramework);

        // While this category is on at any level, the host makes an Activity and a scope for every request, which nobody reads. What it alone
        // reports, a failure to start, also ends the process with that exception.
        builder.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Made by the container, so that the container disposes it.
        builder.Services.AddSingleton<ILoggerProvider>(services => new NebulaLoggerProvider(
            format, output ?? Console.OpenStandardOutput(), services.GetService<TimeProvider>() ?? TimeProvider.System));
        return builder;
    }
}
