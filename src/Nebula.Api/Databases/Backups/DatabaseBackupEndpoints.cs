using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Databases.Files;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Backups;
using Nebula.Core.Databases;

namespace Nebula.Api.Databases.Backups;

/// <summary>Backups that an owner makes of a database.</summary>
internal sealed class DatabaseBackupEndpoints(DatabaseBackupService backups)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        var ofDatabase = v1.MapGroup("/account/databases/{db}/backups");
        ofDatabase.MapGet("", ListAsync);
        ofDatabase.MapPost("", CreateAsync);
        ofDatabase.MapGet("/{backup_id}", GetAsync);
        ofDatabase.MapGet("/{backup_id}/file", SendAsync);
        ofDatabase.MapPost("/{backup_id}/restore", RestoreAsync);
        ofDatabase.MapDelete("/{backup_id}", DeleteAsync);
    }

    private async Task ListAsync(HttpContext http)
    {
        var listed = http.Database().TryGet(out var name, out var error) ? await backups.ListAsync(http.Account(), name, http.RequestAborted) : error;
        await listed.AnswerAsync(http, StatusCodes.Status200OK, DatabaseBackupListAnswer.Of, ApiJson.Plain.DatabaseBackupListAnswer);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var started = http.Database().TryGet(out var name, out var error) ? await backups.StartAsync(http.Account(), name, http.RequestAborted) : error;
        var status = StatusCodes.Status201Created;
        if (started.TryGet(out var backup, out _))
        {
            http.Response.Headers.Location = $"/api/v1/account/databases/{name}/backups/{backup.Id}";
            status = backup.Made is null ? StatusCodes.Status202Accepted : StatusCodes.Status201Created;
        }

        await started.AnswerAsync(http, status, DatabaseBackupView.Of, ApiJson.Plain.DatabaseBackupView);
    }

    private async Task GetAsync(HttpContext http)
    {
        var got = http.Database().TryGet(out var name, out var error) ? await backups.GetAsync(http.Account(), name, IdOf(http), http.RequestAborted) : error;
        await got.AnswerAsync(http, StatusCodes.Status200OK, DatabaseBackupView.Of, ApiJson.Plain.DatabaseBackupView);
    }

    private async Task SendAsync(HttpContext http)
    {
        var opened = http.Database().TryGet(out var name, out var error) ? await backups.OpenAsync(http.Account(), name, IdOf(http), http.RequestAborted) : error;
        await DatabaseFileAnswer.SendAsync(http, opened);
    }

    private async Task RestoreAsync(HttpContext http)
    {
        var restored = await RequestBody.ReadObjectAsync<Database>(http, async body =>
        {
            var fields = new JsonFields(body);
            var text = fields.String("db_name");
            if (fields.Error is { } error || !http.Database().TryGet(out var name, out error) || !DatabaseName.Parse(text).TryGet(out var newName, out error))
                return error;
            return await backups.RestoreAsync(http.Account(), name, IdOf(http), newName, http.RequestAborted);
        });
        if (restored.TryGet(out var database, out _))
            http.Response.Headers.Location = $"/api/v1/databases/{database.Name}";
        await restored.AnswerAsync(http, StatusCodes.Status201Created, DatabaseRestoredAnswer.Of, ApiJson.Plain.DatabaseRestoredAnswer);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        var deleted = http.Database().TryGet(out var name, out var error) ? await backups.DeleteAsync(http.Account(), name, IdOf(http), http.RequestAborted) : error;
        await deleted.AnswerNothingAsync(http);
    }

    private static string IdOf(HttpContext http) => http.Route("backup_id");
}
