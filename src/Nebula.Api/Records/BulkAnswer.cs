using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Nebula.Api.Http;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;

namespace Nebula.Api.Records;

/// <summary>Writes what became of many records.</summary>
internal static class BulkAnswer
{
    /// <summary>201 when all are new, as they must be; 200 for an upsert, with how many of them are.</summary>
    public static Task WrittenAsync(HttpContext http, Result<BulkOutcome> outcome, bool isUpsert)
    {
        if (!outcome.TryGet(out var written, out var error))
            return Problems.WriteAsync(http, error);
        using (written)
        {
            using var json = new Utf8Buffer(written.Ids.Length + 128);
            json.Write(isUpsert ? "{\"message\":\"Records upserted\",\"count\":"u8 : "{\"message\":\"Records created\",\"count\":"u8);
            JsonValues.WriteInteger(json, written.Count);
            if (!ReturnPreference.IsMinimal(http))
            {
                json.Write(",\"record_ids\":"u8);
                json.Write(written.Ids.Span);
            }

            if (isUpsert)
            {
                json.Write(",\"created\":"u8);
                JsonValues.WriteInteger(json, written.Created);
            }

            json.Write((byte)'}');
            Answer.Begin(http, isUpsert ? StatusCodes.Status200OK : StatusCodes.Status201Created, json.Length);
            http.Response.BodyWriter.Write(json.Span);
        }

        return RecordAnswer.FlushAsync(http);
    }

    public static Task AffectedAsync(HttpContext http, Result<long> outcome) => outcome.TryGet(out var affected, out var error)
        ? Answer.Utf8Async(http, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"affected\":{affected}}}")))
        : Problems.WriteAsync(http, error);
}
