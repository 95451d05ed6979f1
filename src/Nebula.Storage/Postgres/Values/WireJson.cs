namespace Nebula.Storage.Postgres.Values;

/// <summary>JSON as the server gives it.</summary>
internal static class WireJson
{
    /// <summary>Takes out the blanks between its tokens, in place: the server puts one behind each comma and colon, and Nebula's stored form has none.</summary>
    public static ReadOnlySpan<byte> Minify(Span<byte> json)
    {
        var (length, isText) = (0, false);
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (c == (byte)'"')
                isText = !isText;
            else if (c == (byte)' ' && !isText)
                continue;
            json[length++] = c;
            if (c == (byte)'\\' && isText)
                json[length++] = json[++i]; // never the last one: the server gives whole texts
        }

        return json[..length];
    }
}
