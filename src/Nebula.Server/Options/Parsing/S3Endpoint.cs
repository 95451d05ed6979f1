using System.Buffers;

namespace Nebula.Server.Options.Parsing;

/// <summary>Where buckets are, and who writes to them. The messages never repeat a credential.</summary>
internal static class S3Endpoint
{
    private static readonly SearchValues<char> _regionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static string? Parse(string text, out Uri? endpoint)
    {
        endpoint = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return "is not http:// or https:// with a host";
        if (url.UserInfo.Length > 0)
            return "has a user: credentials go in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        if (url.PathAndQuery is not "/" || url.Fragment.Length > 0)
            return "has something after the host and port";
        endpoint = url;
        return null;
    }

    public static string? ParseRegion(string text, out string region)
    {
        region = text.Trim();
        return region.Length is 0 or > 63 || region.AsSpan().ContainsAnyExcept(_regionCharacters) ? "is not the name of a region" : null;
    }

    public static string? ParseCredential(string text, out string credential)
    {
        credential = text.Trim();
        return credential.Any(char.IsControl) ? "has a control character" : null;
    }
}
