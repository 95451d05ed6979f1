using Microsoft.AspNetCore.Http;

namespace Nebula.Api.Records;

/// <summary><c>Prefer: return=minimal</c> as RFC 7240 has it: the answer leaves out what the client knows already.</summary>
internal static class ReturnPreference
{
    /// <summary>Whether it was asked for; the answer then says that it was heeded.</summary>
    public static bool IsMinimal(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue("Prefer", out var preferences))
            return false;
        foreach (var line in preferences)
        {
            foreach (var preference in (line ?? "").Split(','))
            {
                // Of a preference that is given twice the first one counts.
                var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
                if (parts is not [var name, var value] || !name.Equals("return", StringComparison.OrdinalIgnoreCase))
                    continue;
                if (!value.Trim('"').Equals("minimal", StringComparison.OrdinalIgnoreCase))
                    return false;
                http.Response.Headers["Preference-Applied"] = "return=minimal";
                return true;
            }
        }

        return false;
    }
}
