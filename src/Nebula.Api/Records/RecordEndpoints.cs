using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;

namespace Nebula.Api.Records;

/// <summary>The records of a table.</summary>
internal sealed class RecordEndpoints(RecordService records, BulkService bulk)
{
    private static readonly string[] _updateMethods = ["PUT", "PATCH"];

    public void Map(IEndpointRouteBuilder v1)
    {
        var table = v1.MapGroup("/databases/{db}/tables/{table}").Allow(Access.AccountOrKey);
        table.MapPost("/records", CreateAsync);
        table.MapGet("/records", ListAsync);
        table.MapGet("/records/{id}", GetAsync);
        table.MapMethods("/records/{id}", _updateMethods, UpdateAsync);
        table.MapDelete("/records/{id}", DeleteAsync);
    }

    private async Task CreateAsync(HttpContext http)
    {
        if (!http.TryTable(out var database, out var table, out var error)
            || !UpsertParameters.Read(http.Request).TryGet(out var conflict, out error)
            || !(await RequestBody.ReadAsync(http.Request, http.RequestAborted)).TryGet(out var body, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        using (body)
        {
            if (!IdempotencyHeader.Read(http, body.Utf8.Span).TryGet(out var once, out error))
                await Problems.WriteAsync(http, error);
            else if (BulkService.IsArray(body.Utf8.Span))
                await CreateManyAsync(http, database, table, body, conflict, once);
            else if (conflict is { } rule)
                await UpsertAsync(http, database, table, body, rule, once);
            else
                await CreateOneAsync(http, database, table, body, once);
        }
    }

    private async Task CreateOneAsync(HttpContext http, DatabaseName database, TableName table, RequestBody body, IdempotentRequest? once)
    {
        var created = await records.CreateAsync(http.Caller(), database, table, body.Utf8, once, http.RequestAborted);
        IdempotencyHeader.Tell(http, once);
        await RecordAnswer.CreatedAsync(http, created);
    }

    private async Task UpsertAsync(HttpContext http, DatabaseName database, TableName table, RequestBody body, ConflictText conflict, IdempotentRequest? once)
    {
        var upserted = await bulk.UpsertAsync(http.Caller(), database, table, body.Utf8, conflict, once, http.RequestAborted);
        IdempotencyHeader.Tell(http, once);
        await RecordAnswer.UpsertedAsync(http, upserted);
    }

    private async Task CreateManyAsync(HttpContext http, DatabaseName database, TableName table, RequestBody body, ConflictText? conflict, IdempotentRequest? once)
    {
        var written = await bulk.CreateAsync(http.Caller(), database, table, body.Utf8, conflict, once, http.RequestAborted);
        IdempotencyHeader.Tell(http, once);
        await BulkAnswer.WrittenAsync(http, written, isUpsert: conflict is not null);
    }

    private async Task ListAsync(HttpContext http)
    {
        var page = http.TryTable(out var database, out var table, out var error)
            ? await records.ListAsync(http.Caller(), database, table, QueryParameters.Read(http.Request), http.RequestAborted)
            : error;
        await RecordAnswer.PageAsync(http, page);
    }

    private Task GetAsync(HttpContext http)
    {
        if (!http.TryRecord(out var database, out var table, out var id, out var error) || !QueryParameters.ReadOfRecord(http.Request).TryGet(out var parameters, out error))
            return Problems.WriteAsync(http, error);
        return parameters switch
        {
            [] => GetPlainAsync(http, database, table, id, null),
            [{ Key: "fields" or "$fields", Value: var fields }] when !fields.ContainsAny('.', '"') => GetPlainAsync(http, database, table, id, fields),
            _ => GetRelatedAsync(http, database, table, id, parameters),
        };
    }

    private async Task GetPlainAsync(HttpContext http, DatabaseName database, TableName table, string id, string? fields) =>
        await RecordAnswer.GotAsync(http, await records.GetAsync(http.Caller(), database, table, id, fields, CancellationToken.None));

    private async Task GetRelatedAsync(
        HttpContext http, DatabaseName database, TableName table, string id, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        await RecordAnswer.GotRelatedAsync(http, await records.GetRelatedAsync(http.Caller(), database, table, id, parameters, http.RequestAborted));

    private async Task UpdateAsync(HttpContext http)
    {
        if (!http.TryRecord(out var database, out var table, out var id, out var error)
            || !EntityTagHeaders.IfMatch(http.Request).TryGet(out var ifMatch, out error)
            || !(await RequestBody.ReadAsync(http.Request, http.RequestAborted)).TryGet(out var body, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        Result<Record> updated;
        using (body)
        {
            updated = IdempotencyHeader.Read(http, body.Utf8.Span).TryGet(out var once, out error)
                ? await records.UpdateAsync(http.Caller(), database, table, id, body.Utf8, ifMatch, once, http.RequestAborted)
                : error;
            IdempotencyHeader.Tell(http, once);
        }

        await RecordAnswer.UpdatedAsync(http, updated);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        if (!http.TryRecord(out var database, out var table, out var id, out var error)
            || !EntityTagHeaders.IfMatch(http.Request).TryGet(out var ifMatch, out error)
            || !IdempotencyHeader.Read(http, default).TryGet(out var once, out error))
        {
            await Problems.WriteAsync(http, error);
            return;
        }

        var deleted = await records.DeleteAsync(http.Caller(), database, table, id, ifMatch, once, http.RequestAborted);
        IdempotencyHeader.Tell(http, once);
        await deleted.AnswerNothingAsync(http);
    }
}
