using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.OpenApi;
using Nebula.Api.Pipeline;
using Nebula.Core.Tables;

namespace Nebula.Api.Tables;

/// <summary>The tables of a database.</summary>
internal sealed class TableEndpoints(TableService tables)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        var database = v1.MapGroup("/databases/{db}").Allow(Access.AccountOrKey);
        database.MapPost("/schema", CreateAsync);
        database.MapPost("/tables", CreateAsync);
        database.MapGet("/tables", ListAsync);
        database.MapGet("/openapi.json", DescribeAsync);
        database.MapGet("/tables/{table}/schema", GetSchemaAsync);
        database.MapPatch("/tables/{table}", AlterAsync);
        database.MapDelete("/tables/{table}", DropAsync);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var created = await RequestBody.ReadObjectAsync<TableCreatedAnswer>(http, async body =>
        {
            if (!http.Database().TryGet(out var database, out var error) || !TableDefinitionReader.Read(body).TryGet(out var definition, out error))
                return error;
            if (!(await tables.CreateAsync(http.Caller(), database, definition, http.RequestAborted)).TryGet(out var table, out error))
                return error;
            http.Response.Headers.Location = $"/api/v1/databases/{database}/tables/{table.Name}/schema";
            return new TableCreatedAnswer("Table created", database.Value, table.Name);
        }, RequestBody.SchemaBytes);
        await created.AnswerAsync(http, StatusCodes.Status201Created, answer => answer, ApiJson.Plain.TableCreatedAnswer);
    }

    private async Task ListAsync(HttpContext http)
    {
        var listed = http.Database().TryGet(out var database, out var error) ? await tables.ListAsync(http.Caller(), database, http.RequestAborted) : error;
        await listed.AnswerAsync(
            http, StatusCodes.Status200OK, found => new TableListAnswer([.. found.Tables.Select(TableView.Of)]), ApiJson.Plain.TableListAnswer);
    }

    private async Task DescribeAsync(HttpContext http)
    {
        var listed = http.Database().TryGet(out var database, out var error) ? await tables.ListAsync(http.Caller(), database, http.RequestAborted) : error;
        await (listed.TryGet(out var found, out error)
            ? Answer.Utf8Async(http, StatusCodes.Status200OK, DatabaseDocument.Write(http.Caller(), found.Database, found.Tables))
            : Problems.WriteAsync(http, error));
    }

    private async Task GetSchemaAsync(HttpContext http)
    {
        var got = http.TryTable(out var database, out var table, out var error) ? await tables.GetAsync(http.Caller(), database, table, http.RequestAborted) : error;
        await got.AnswerAsync(http, StatusCodes.Status200OK, TableSchemaAnswer.Of, ApiJson.Plain.TableSchemaAnswer);
    }

    private async Task AlterAsync(HttpContext http)
    {
        var altered = await RequestBody.ReadObjectAsync<TableAlteredAnswer>(http, async body =>
        {
            if (!http.TryTable(out var database, out var name, out var error))
                return error;
            if (!(await tables.AlterAsync(http.Caller(), database, name, body, http.RequestAborted)).TryGet(out var table, out error))
                return error;
            return new TableAlteredAnswer("Table changed", database.Value, table.Name, TableSchemaAnswer.DeclarationOf(table));
        }, RequestBody.SchemaBytes);
        await altered.AnswerAsync(http, StatusCodes.Status200OK, answer => answer, ApiJson.Plain.TableAlteredAnswer);
    }

    private async Task DropAsync(HttpContext http)
    {
        var dropped = http.TryTable(out var database, out var table, out var error) ? await tables.DropAsync(http.Caller(), database, table, http.RequestAborted) : error;
        await dropped.AnswerNothingAsync(http);
    }
}
