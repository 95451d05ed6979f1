using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;

namespace Nebula.Api.Records;

/// <summary>Writes records into the response: the rows are JSON already, so only what goes around them is added.</summary>
internal static class RecordAnswer
{
    public static Task GotAsync(HttpContext http, Result<Record> outcome)
    {
        if (!outcome.TryGet(out var record, out var error))
            return Problems.WriteAsync(http, error);
        using (record)
        {
            var isKnown = EntityTagHeaders.IsKnown(http.Request, record.Tag);
            if (!isKnown && !Answer.TryBegin(http, StatusCodes.Status200OK, record.Json.Length))
                return Problems.WriteAsync(http, HeldMemory.Exhausted);
            http.Response.Headers.ETag = record.Tag.ToString();
            http.Response.Headers.CacheControl = "private, no-cache";
            if (isKnown)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            http.Response.BodyWriter.Write(record.Json.Span);
        }

        return FlushAsync(http);
    }

    public static Task CreatedAsync(HttpContext http, Result<Record> outcome)
    {
        if (outcome.TryGet(out var record, out _) && !record.Id.IsNone)
            http.Response.Headers.Location = $"{http.Request.Path.ToUriComponent().TrimEnd('/')}/{Uri.EscapeDataString(record.Id.ToString())}";
        return WrittenAsync(http, outcome, StatusCodes.Status201Created, "{\"message\":\"Record created\",\"record_id\":"u8);
    }

    /// <summary>201 for a new record, 200 for one that was there, whether it was changed or left as it is.</summary>
    public static Task UpsertedAsync(HttpContext http, Result<UpsertOutcome> outcome)
    {
        if (!outcome.TryGet(out var upserted, out var error))
            return Problems.WriteAsync(http, error);
        return upserted.IsCreated ? CreatedAsync(http, upserted.Record) : UpdatedAsync(http, upserted.Record);
    }

    public static Task UpdatedAsync(HttpContext http, Result<Record> outcome) =>
        WrittenAsync(http, outcome, StatusCodes.Status200OK, "{\"message\":\"Record updated\",\"record_id\":"u8);

    public static Task PageAsync(HttpContext http, Result<RecordPage> outcome)
    {
        if (!outcome.TryGet(out var page, out var error))
            return Problems.WriteAsync(http, error);
        using (page)
        {
            using var tail = new Utf8Buffer();
            WritePagination(tail, page);
            var head = "{\"records\":["u8;
            if (!Answer.TryBegin(http, StatusCodes.Status200OK, head.Length + page.Rows.Length + tail.Length))
                return Problems.WriteAsync(http, HeldMemory.Exhausted);
            http.Response.BodyWriter.Write(head);
            http.Response.BodyWriter.Write(page.Rows.Span);
            http.Response.BodyWriter.Write(tail.Span);
        }

        return FlushAsync(http);
    }

    /// <summary>One record with related ones. No ETag: it would have to be one of all that it shows.</summary>
    public static Task GotRelatedAsync(HttpContext http, Result<RecordPage> outcome)
    {
        if (!outcome.TryGet(out var page, out var error))
            return Problems.WriteAsync(http, error);
        using (page)
        {
            if (!Answer.TryBegin(http, StatusCodes.Status200OK, page.Rows.Length))
                return Problems.WriteAsync(http, HeldMemory.Exhausted);
            http.Response.BodyWriter.Write(page.Rows.Span);
        }

        return FlushAsync(http);
    }

    private static void WritePagination(Utf8Buffer json, RecordPage page)
    {
        json.Write("],\"pagination\":{\"total\":"u8);
        if (page.Total is { } total)
            JsonValues.WriteInteger(json, total.Records);
        else
            JsonValues.WriteNull(json);
        if (page.Total is { IsEstimate: true })
            json.Write(",\"estimated\":true"u8);
        json.Write(",\"limit\":"u8);
        JsonValues.WriteInteger(json, page.Limit);
        json.Write(",\"offset\":"u8);
        JsonValues.WriteInteger(json, page.Offset);
        if (page.NextCursor is { } cursor)
        {
            json.Write(",\"next_cursor\":"u8);
            JsonValues.WriteText(json, Encoding.ASCII.GetBytes(cursor));
        }

        json.Write("}}"u8);
    }

    private static Task WrittenAsync(HttpContext http, Result<Record> outcome, int status, ReadOnlySpan<byte> head)
    {
        if (!outcome.TryGet(out var record, out var error))
            return Problems.WriteAsync(http, error);
        using (record)
        {
            // A key that may write but not read learns that it wrote, not what else the record holds.
            var mayRead = http.Caller() is not KeyCaller key || key.Key.Scopes.HasFlag(Scopes.RecordsRead);
            if (mayRead)
                http.Response.Headers.ETag = record.Tag.ToString();
            var isShown = mayRead && !ReturnPreference.IsMinimal(http);
            var json = isShown ? record.Json : default;
            using var middle = new Utf8Buffer(64);
            JsonValues.WriteId(middle, record.Id);
            if (isShown)
                middle.Write(",\"record\":"u8);
            Answer.Begin(http, status, head.Length + middle.Length + json.Length + 1);
            http.Response.BodyWriter.Write(head);
            http.Response.BodyWriter.Write(middle.Span);
            http.Response.BodyWriter.Write(json.Span);
            http.Response.BodyWriter.Write("}"u8);
        }

        return FlushAsync(http);
    }

    /// <summary>Sends what was written.</summary>
    public static Task FlushAsync(HttpContext http)
    {
        var flush = http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
