using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nebula.Api.About;
using Nebula.Api.Accounts;
using Nebula.Api.ApiKeys;
using Nebula.Api.Auditing;
using Nebula.Api.Authentication;
using Nebula.Api.Databases;
using Nebula.Api.Databases.Backups;
using Nebula.Api.Databases.Branches;
using Nebula.Api.Databases.Files;
using Nebula.Api.Health;
using Nebula.Api.Quotas;
using Nebula.Api.Records;
using Nebula.Api.Records.Exports;
using Nebula.Api.Records.Imports;
using Nebula.Api.SignIn;
using Nebula.Api.Tables;

namespace Nebula.Api;

/// <summary>The table of contents of the server.</summary>
public static class Routes
{
    public static void MapNebula(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        services.GetRequiredService<HealthEndpoints>().Map(app);
        services.GetRequiredService<AboutEndpoints>().Map(app);
        services.GetRequiredService<SignInEndpoints>().Map(app);

        var v1 = app.MapGroup("/api/v1").Allow(Access.Account);
        services.GetRequiredService<AccountEndpoints>().Map(v1);
        services.GetRequiredService<AuditEndpoints>().Map(v1);
        services.GetRequiredService<UsageEndpoints>().Map(v1);
        services.GetRequiredService<DatabaseEndpoints>().Map(v1);
        services.GetRequiredService<DatabaseFileEndpoints>().Map(v1);
        services.GetRequiredService<BranchEndpoints>().Map(v1);
        services.GetRequiredService<DatabaseBackupEndpoints>().Map(v1);
        services.GetRequiredService<ApiKeyEndpoints>().Map(v1);
        services.GetRequiredService<TableEndpoints>().Map(v1);
        services.GetRequiredService<RecordEndpoints>().Map(v1);
        services.GetRequiredService<AggregateEndpoints>().Map(v1);
        services.GetRequiredService<BulkEndpoints>().Map(v1);
        services.GetRequiredService<BatchEndpoints>().Map(v1);
        services.GetRequiredService<ExportEndpoints>().Map(v1);
        services.GetRequiredService<ImportEndpoints>().Map(v1);
    }
}
