using System.Collections.Concurrent;
using Nebula.Baseline.Http;
using Nebula.Baseline.Items;

namespace Nebula.Baseline;

/// <summary>
/// L2 and L3: a constant, and one table under the paths that Nebula has for it, so that both are sent the same requests. No routing, no
/// authentication, no schema, no limits, no log: the least that can be done.
/// </summary>
internal sealed class RequestHandler(ItemReader? reader, ItemWriter? writer)
{
    [ThreadStatic]
    private static ItemBuffer? _buffer;

    private readonly ConcurrentBag<ItemWrite> _writes = [];

    /// <summary>100 bytes.</summary>
    public static ReadOnlySpan<byte> Constant =>
        """{"id":4711,"name":"item-04711","note":"a constant answer of one hundred bytes","amount":1,"on":true}"""u8;

    public Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path.Value.AsSpan().SequenceEqual("/constant"))
            return Answers.Json(http, StatusCodes.Status200OK, Constant);
        if (reader is null || writer is null || !ItemRequest.TryParse(http, out var id))
            return Answers.NotFound(http);
        return http.Request.Method switch
        {
            "GET" when id is { } one => Get(http, reader, one),
            "GET" => List(http, reader),
            "POST" when id is null => WriteAsync(http, writer, null),
            "PUT" when id is not null => WriteAsync(http, writer, id),
            _ => Answers.NotFound(http),
        };
    }

    private static Task Get(HttpContext http, ItemReader reader, long id)
    {
        var json = Buffer();
        return reader.TryGet(id, json) ? Answers.Json(http, StatusCodes.Status200OK, json.Written) : Answers.NotFound(http);
    }

    private static Task List(HttpContext http, ItemReader reader)
    {
        var json = Buffer();
        reader.List(ItemRequest.Limit(http), ItemRequest.IsWhole(http), json);
        return Answers.Json(http, StatusCodes.Status200OK, json.Written);
    }

    private async Task WriteAsync(HttpContext http, ItemWriter writer, long? id)
    {
        if (!_writes.TryTake(out var write))
            write = new ItemWrite();
        write.Prepare(id);
        if (!await ItemRequest.TryReadAsync(http.Request.BodyReader, write.Draft, http.RequestAborted))
            await Answers.Refused(http);
        else if (await writer.RunAsync(write))
            await Answers.Json(http, id is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, write.Answer.Written);
        else
            await Answers.NotFound(http);
        _writes.Add(write);
    }

    private static ItemBuffer Buffer()
    {
        var buffer = _buffer ??= new ItemBuffer();
        buffer.Clear();
        return buffer;
    }
}
