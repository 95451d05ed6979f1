using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nebula.Api.Pipeline;

namespace Nebula.Api.Operator;

/// <summary>
/// The table of contents of what only the operator may ask: a host of its own maps these, which listens where nobody else can reach it. Who gets through is the operator,
/// so there are no credentials, no limits and no pages of other origins here.
/// </summary>
public static class OperatorRoutes
{
    public static IServiceCollection AddOperatorApi(this IServiceCollection services)
    {
        services.AddRouting();
        return services
            .AddSingleton<ServerEndpoints>()
            .AddSingleton<OperatorWork>()
            .AddSingleton<MoveEndpoints>()
            .AddSingleton<BackupEndpoints>()
            .AddSingleton<QuotaEndpoints>()
            .AddSingleton<HistoryEndpoints>();
    }

    public static void MapOperator(this WebApplication app)
    {
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        app.Use(next => new ErrorBoundary(next, loggers.CreateLogger<ErrorBoundary>()).InvokeAsync);
        app.UseRouting();
        app.Services.GetRequiredService<ServerEndpoints>().Map(app);
        app.Services.GetRequiredService<MoveEndpoints>().Map(app);
        app.Services.GetRequiredService<QuotaEndpoints>().Map(app);
        app.Services.GetRequiredService<BackupEndpoints>().Map(app);
        app.Services.GetRequiredService<HistoryEndpoints>().Map(app);
    }
}
