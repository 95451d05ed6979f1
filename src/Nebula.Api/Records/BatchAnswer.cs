using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;

namespace Nebula.Api.Records;

/// <summary>Writes the results of a batch.</summary>
internal static class BatchAnswer
{
    public static Task RanAsync(HttpContext http, Result<BatchOutcome> outcome)
    {
        if (!outcome.TryGet(out var ran, out var error))
            return Problems.WriteAsync(http, error);
        using (ran)
        {
            // A key that may write but not read learns that it wrote, not what else the records hold.
            var mayRead = http.Caller() is not KeyCaller key || key.Key.Scopes.HasFlag(Scopes.RecordsRead);
            using var json = new Utf8Buffer(4096);
            json.Write("{\"results\":["u8);
            for (var i = 0; i < ran.Results.Count; i++)
            {
                if (i > 0)
                    json.Write((byte)',');
                Write(json, ran.Results[i], mayRead);
            }

            json.Write("]}"u8);
            Answer.Begin(http, StatusCodes.Status200OK, json.Length);
            http.Response.BodyWriter.Write(json.Span);
        }

        return RecordAnswer.FlushAsync(http);
    }

    private static void Write(Utf8Buffer json, BatchResult result, bool mayRead)
    {
        json.Write("{\"status\":"u8);
        JsonValues.WriteInteger(json, Status(result.Effect));
        if (result.Id is { } id)
        {
            json.Write(",\"record_id\":"u8);
            JsonValues.WriteId(json, id);
        }

        if (result.Record is { } record && mayRead)
        {
            json.Write(",\"record\":"u8);
            json.Write(record.Json.Span);
            json.Write(",\"etag\":"u8);
            JsonValues.WriteText(json, Encoding.ASCII.GetBytes(record.Tag.ToString()));
        }

        if (result.Affected is { } affected)
        {
            json.Write(",\"affected\":"u8);
            JsonValues.WriteInteger(json, affected);
        }

        json.Write((byte)'}');
    }

    /// <summary>The status that the operation would have had as a request of its own.</summary>
    private static int Status(BatchEffect effect) => effect switch
    {
        BatchEffect.Created => StatusCodes.Status201Created,
        BatchEffect.Removed => StatusCodes.Status204NoContent,
        _ => StatusCodes.Status200OK,
    };
}
