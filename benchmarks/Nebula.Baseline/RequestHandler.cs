using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using Nebula.Baseline.Items;

namespace Nebula.Baseline;

/// <summary>
/// L2 and L3: a constant, and one table under the paths that Nebula has for it, so that both are sent the same requests. No routing, no
/// authentication, no schema, no limits, no log: the least that can be done.
/// </summary>
internal sealed class RequestHandler(ItemReader? reader, ItemWriter? writer)
{
    private const string Records = "/api/v1/databases/bench/tables/items/records";
    private const long DefaultLimit = 100;

    [ThreadStatic]
    private static ItemBuffer? _buffer;

    private readonly ConcurrentBag<ItemWrite> _writes = [];

    /// <summary>100 bytes.</summary>
    private static ReadOnlySpan<byte> Constant =>
        """{"id":4711,"name":"item-04711","note":"a constant answer of one hundred bytes","amount":1,"on":true}"""u8;

    public Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value.AsSpan();
        if (path.SequenceEqual("/constant"))
            return Answer(http, StatusCodes.Status200OK, Constant);
        if (reader is null || writer is null || !path.StartsWith(Records))
            return NotFound(http);

        var rest = path[Records.Length..];
        long? id = rest is ['/', .. var last] && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        return http.Request.Method switch
        {
            "GET" when id is { } one => Get(http, reader, one),
            "GET" when rest.IsEmpty => List(http, reader),
            "POST" when rest.IsEmpty => WriteAsync(http, writer, null),
            "PUT" when id is not null => WriteAsync(http, writer, id),
            _ => NotFound(http),
        };
    }

    private static Task Get(HttpContext http, ItemReader reader, long id)
    {
        var json = Buffer();
        return reader.TryGet(id, json) ? Answer(http, StatusCodes.Status200OK, json.Written) : NotFound(http);
    }

    private static Task List(HttpContext http, ItemReader reader)
    {
        var limit = http.Request.Query["limit"] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, 1000)
            : DefaultLimit;
        var json = Buffer();
        reader.List(limit, isWhole: http.Request.Query["fields"].Count == 0, json);
        return Answer(http, StatusCodes.Status200OK, json.Written);
    }

    private async Task WriteAsync(HttpContext http, ItemWriter writer, long? id)
    {
        if (!_writes.TryTake(out var write))
            write = new ItemWrite();
        write.Prepare(id);
        if (!await TryReadAsync(http.Request.BodyReader, write.Draft, http.RequestAborted))
        {
            await Answer(http, StatusCodes.Status400BadRequest, "{\"error\":\"not such a record\"}"u8);
        }
        else if (await writer.RunAsync(write))
        {
            await Answer(http, id is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, write.Answer.Written);
        }
        else
        {
            await NotFound(http);
        }

        _writes.Add(write);
    }

    private static async ValueTask<bool> TryReadAsync(PipeReader body, ItemDraft draft, CancellationToken ct)
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var isParsed = draft.TryParse(read.Buffer);
            body.AdvanceTo(read.Buffer.End);
            return isParsed;
        }
    }

    private static Task NotFound(HttpContext http) => Answer(http, StatusCodes.Status404NotFound, "{\"error\":\"not found\"}"u8);

    // Not flushed: Kestrel sends head and body together when the request ends.
    private static Task Answer(HttpContext http, int status, ReadOnlySpan<byte> json)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        var body = response.BodyWriter;
        json.CopyTo(body.GetSpan(json.Length));
        body.Advance(json.Length);
        return Task.CompletedTask;
    }

    private static ItemBuffer Buffer()
    {
        var buffer = _buffer ??= new ItemBuffer();
        buffer.Clear();
        return buffer;
    }
}
