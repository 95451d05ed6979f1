using Microsoft.AspNetCore.Cors.Infrastructure;
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
using Nebula.Api.Http;
using Nebula.Api.Quotas;
using Nebula.Api.RateLimiting;
using Nebula.Api.Records;
using Nebula.Api.Records.Exports;
using Nebula.Api.Records.Imports;
using Nebula.Api.SignIn;
using Nebula.Api.Tables;
using Nebula.Core.Accounts;

namespace Nebula.Api;

/// <summary>What the API is made of. Everything lives as long as the server, so that a request makes no scope.</summary>
public static class ApiServices
{
    private static readonly string[] _exposed =
        ["ETag", "Location", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-Id", "Preference-Applied", "Idempotency-Replayed"];

    public static IServiceCollection AddNebulaApi(this IServiceCollection services, ApiOptions options)
    {
        services.AddRouting();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => Allow(policy, options)));
        return services
            .AddSingleton(options)
            .AddSingleton(provider => HeldMemory.Of(options, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(PasswordCost.Standard)
            .AddSingleton<IPasswordHasher, Argon2PasswordHasher>()
            .AddSingleton<TokenService>()
            .AddSingleton<Authenticator>()
            .AddSingleton<RateLimits>()
            .AddSingleton<HealthEndpoints>()
            .AddSingleton<AboutEndpoints>()
            .AddSingleton<SignInEndpoints>()
            .AddSingleton<AccountEndpoints>()
            .AddSingleton<AuditEndpoints>()
            .AddSingleton<UsageEndpoints>()
            .AddSingleton<DatabaseEndpoints>()
            .AddSingleton<DatabaseFileEndpoints>()
            .AddSingleton<BranchEndpoints>()
            .AddSingleton<DatabaseBackupEndpoints>()
            .AddSingleton<ApiKeyEndpoints>()
            .AddSingleton<TableEndpoints>()
            .AddSingleton<RecordEndpoints>()
            .AddSingleton<AggregateEndpoints>()
            .AddSingleton<BulkEndpoints>()
            .AddSingleton<BatchEndpoints>()
            .AddSingleton<ExportEndpoints>()
            .AddSingleton<ImportEndpoints>();
    }

    /// <summary>Exact origins; any header and method for them. No cookies are used, so no credentials are allowed.</summary>
    private static void Allow(CorsPolicyBuilder policy, ApiOptions options) => policy
        .WithOrigins([.. options.AllowedOrigins])
        .AllowAnyHeader()
        .AllowAnyMethod()
        .WithExposedHeaders(_exposed)
        .SetPreflightMaxAge(TimeSpan.FromMinutes(10));
}
