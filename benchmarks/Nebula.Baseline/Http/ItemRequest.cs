using System.Globalization;
using System.IO.Pipelines;
using Nebula.Baseline.Items;

namespace Nebula.Baseline.Http;

/// <summary>What a request asks for, under the paths that Nebula has for the table.</summary>
internal static class ItemRequest
{
    private const string Records = "/api/v1/databases/bench/tables/items/records";
    private const long DefaultLimit = 100;

    /// <summary>False for any other path.</summary>
    /// <param name="id">Null for the table itself.</param>
    public static bool TryParse(HttpContext http, out long? id)
    {
        var path = http.Request.Path.Value.AsSpan();
        id = null;
        if (!path.StartsWith(Records))
            return false;
        var rest = path[Records.Length..];
        if (rest.IsEmpty)
            return true;
        if (rest is not ['/', .. var last] || !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
            return false;
        id = parsed;
        return true;
    }

    public static long Limit(HttpContext http) =>
        http.Request.Query["limit"] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1000) : DefaultLimit;

    /// <summary>Whether all columns are asked for.</summary>
    public static bool IsWhole(HttpContext http) => http.Request.Query["fields"].Count == 0;

    public static async ValueTask<bool> TryReadAsync(PipeReader body, ItemDraft draft, CancellationToken ct)
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
}
