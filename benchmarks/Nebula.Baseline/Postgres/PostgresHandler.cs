using System.Collections.Concurrent;
using Nebula.Baseline.Http;
using Nebula.Baseline.Items;

namespace Nebula.Baseline.Postgres;

/// <summary>L3 on PostgreSQL: the same table under the same paths.</summary>
internal sealed class PostgresHandler(PostgresItems items)
{
    private readonly ConcurrentBag<Work> _idle = [];

    public Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path.Value.AsSpan().SequenceEqual("/constant"))
            return Answers.Json(http, StatusCodes.Status200OK, RequestHandler.Constant);
        if (!ItemRequest.TryParse(http, out var id))
            return Answers.NotFound(http);
        return http.Request.Method switch
        {
            "GET" => ReadAsync(http, id),
            "POST" when id is null => WriteAsync(http, null),
            "PUT" when id is not null => WriteAsync(http, id),
            _ => Answers.NotFound(http),
        };
    }

    private async Task ReadAsync(HttpContext http, long? id)
    {
        var work = Rent();
        var isFound = true;
        if (id is { } one)
            isFound = await items.TryGetAsync(one, work.Json, http.RequestAborted);
        else
            await items.ListAsync(ItemRequest.Limit(http), ItemRequest.IsWhole(http), work.Json, http.RequestAborted);
        await (isFound ? Answers.Json(http, StatusCodes.Status200OK, work.Json.Written) : Answers.NotFound(http));
        _idle.Add(work);
    }

    private async Task WriteAsync(HttpContext http, long? id)
    {
        var work = Rent();
        if (!await ItemRequest.TryReadAsync(http.Request.BodyReader, work.Draft, http.RequestAborted))
            await Answers.Refused(http);
        else if (await items.TryWriteAsync(id, work.Draft, work.Json, http.RequestAborted))
            await Answers.Json(http, id is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, work.Json.Written);
        else
            await Answers.NotFound(http);
        _idle.Add(work);
    }

    private Work Rent()
    {
        if (!_idle.TryTake(out var work))
            work = new Work(new ItemBuffer(), new ItemDraft());
        work.Json.Clear();
        return work;
    }

    private sealed record Work(ItemBuffer Json, ItemDraft Draft);
}
